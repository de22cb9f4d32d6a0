// What fields said that is only decided when all fields are known. RFC 9110 sections 7.6.1 and 7.8, RFC 9112 section 9.3.

namespace Galley.Wire.Http1;

[Flags]
enum ConnectionOptions : byte
{
    None = 0,
    Close = 1,
    KeepAlive = 2,
    Upgrade = 4,
    UpgradeField = 8,
    HostField = 16,
    LengthField = 32,
    ExpectField = 64,
}
