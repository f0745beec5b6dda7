namespace MuLambda.ServiceDefaults.Configuration;

/// <summary>Reads a command line strictly: what is no option is an error, and so is what is said twice.</summary>
public static class CommandLineArguments
{
    /// <summary>Reads arguments, <c>--option value</c> or <c>--option=value</c>, as configuration.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="options">The configuration key of each option, <c>--</c> included.</param>
    /// <param name="isKey">Whether an argument that is none of these, without its <c>--</c>, is a configuration key by itself.</param>
    /// <returns>The values by key.</returns>
    /// <exception cref="CommandLineException">An argument is not an option, has no value, or is given twice.</exception>
    public static Dictionary<string, string?> Parse(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> options, Func<string, bool> isKey)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(isKey);
        var configuration = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < arguments.Count; i++)
        {
            var (option, value) = arguments[i].Split('=', 2) switch
            {
                [var name, var rest] => (name, rest),
                _ => (arguments[i], null),
            };
            var key = options.GetValueOrDefault(option)
                ?? (option.StartsWith("--", StringComparison.Ordinal) && isKey(option[2..])
                    ? option[2..]
                    : throw new CommandLineException($"Unknown argument '{arguments[i]}'."));
            value ??= i + 1 < arguments.Count ? arguments[++i] : throw new CommandLineException($"The option {option} needs a value.");
            if (!configuration.TryAdd(key, value))
            {
                throw new CommandLineException($"The option {option} is given twice.");
            }
        }

        return configuration;
    }
}
