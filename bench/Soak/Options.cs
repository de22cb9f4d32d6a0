// The switches of script/soak.

using System.Globalization;

namespace Galley.Soak;

internal sealed record Options(double Minutes, string Transport, int Seed)
{
    public static Options? TryRead(string[] args)
    {
        var options = new Options(10, "auto", Environment.TickCount);
        for (int i = 0; i < args.Length; i++)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out double minutes) && minutes > 0:
                    options = options with { Minutes = minutes };
                    i++;
                    break;
                case "--transport" when value is "epoll" or "sockets":
                    options = options with { Transport = value };
                    i++;
                    break;
                case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out int seed):
                    options = options with { Seed = seed };
                    i++;
                    break;
                default:
                    Console.WriteLine("soak [--minutes 10] [--transport epoll|sockets] [--seed N]");
                    return null;
            }
        }
        return options;
    }
}
