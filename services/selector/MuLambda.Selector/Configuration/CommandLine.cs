namespace MuLambda.Selector;

/// <summary>Refuses arguments that no part of the service would read.</summary>
internal static class CommandLine
{
    private static readonly string[] Keys = ["urls", "environment", "contentRoot", "http_ports", "AllowedHosts"];
    private static readonly string[] Sections = ["Selector", "Batching", "ColdStart", "Demand", "Slo", "Logging", "Kestrel", "services"];

    /// <summary>What is wrong with the arguments; null when nothing is.</summary>
    public static string? Check(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            if (!arg.StartsWith("--", StringComparison.Ordinal))
            {
                return $"'{arg}' is no option; options are written --Section:Name=value, such as --Selector:Policy=mulambda.";
            }

            var equals = arg.IndexOf('=', StringComparison.Ordinal);
            var key = (equals < 0 ? arg[2..] : arg[2..equals]).Replace("__", ":", StringComparison.Ordinal);
            if (!IsKnown(key))
            {
                return $"--{key} is no option of the selector; there are --urls, --Selector:NAME, --Batching:NAME, --ColdStart:NAME, --Demand:NAME, --Slo:NAME, --Logging:…, --Kestrel:… and --services:….";
            }

            if (equals < 0 && ++i == args.Count)
            {
                return $"--{key} has no value.";
            }
        }

        return null;
    }

    private static bool IsKnown(string key) =>
        Keys.Contains(key, StringComparer.OrdinalIgnoreCase)
        || key.StartsWith("OTEL_", StringComparison.Ordinal)
        || Sections.Any(section => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));
}
