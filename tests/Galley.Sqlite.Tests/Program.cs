// Runs the tests; with an argument it is a process that a test kills, traces or starves.

using Galley.SqliteTests;

if (args is ["victim", string path, string writers, ..]) return await Victim.RunAsync(path, int.Parse(writers, System.Globalization.CultureInfo.InvariantCulture), args[3..]);
return await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
