using System.CommandLine;
using System.Globalization;

namespace MuLambda.Cli.Commands;

/// <summary>Options that take a length of time, in seconds or with a unit: <c>3600</c>, <c>90m</c>, <c>6h</c>, <c>30d</c>.</summary>
internal static class DurationOption
{
    /// <summary>Creates an option of seconds whose wrong values are errors that name it.</summary>
    public static Option<double?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var factor = text is [_, .., var unit]
                ? unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 }
                : 0;
            var number = factor == 0 ? text : text[..^1];
            if (double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            {
                return value * (factor == 0 ? 1 : factor);
            }

            result.AddError($"{name} has to be a number of seconds, or one with a unit as in 90m, 6h or 30d, not '{text}'.");
            return null;
        },
    };
}
