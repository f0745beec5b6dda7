using System.CommandLine;
using System.Globalization;

namespace MuLambda.Cli.Commands;

/// <summary>Options that take a time between two limits: <c>500ms</c>, <c>30s</c>, <c>2m</c>; a number alone is seconds.</summary>
internal static class TimeOption
{
    // In this order: a time that ends in ms ends in s too, and every text ends in nothing.
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)];

    /// <summary>Creates an option whose wrong values are errors that name it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="least">The shortest time it takes.</param>
    /// <param name="most">The longest time it takes.</param>
    public static Option<TimeSpan?> Create(string name, string description, TimeSpan least, TimeSpan most) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Parse(text) is { } time && time >= least && time <= most)
            {
                return time;
            }

            result.AddError($"{name} has to be a time such as 500ms, 30s or 2m, from {Text(least)} to {Text(most)}, not '{text}'.");
            return null;
        },
    };

    private static TimeSpan? Parse(string text)
    {
        foreach (var (unit, seconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal))
            {
                return double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                    && number * seconds < TimeSpan.MaxValue.TotalSeconds
                        ? TimeSpan.FromSeconds(number * seconds)
                        : null;
            }
        }

        return null;
    }

    private static string Text(TimeSpan time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(time.TotalHours >= 1 ? time.TotalHours : time.TotalSeconds >= 1 || time == default ? time.TotalSeconds : time.TotalMilliseconds):0.###}{(time.TotalHours >= 1 ? "h" : time.TotalSeconds >= 1 || time == default ? "s" : "ms")}");
}
