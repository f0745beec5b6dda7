using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace MuLambda.Cli.Commands;

/// <summary>Options that take a number, written as in a program: <c>0.5</c>, whatever the machine's language.</summary>
internal static class NumberOption
{
    /// <summary>Creates an option whose wrong values are errors that name it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="helpName">What its value is called.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="allowed">Which numbers it takes; null for all.</param>
    /// <param name="limits">What to say where it does not take one, after <c>has to be</c>.</param>
    public static Option<T?> Create<T>(
        string name, string helpName, string description, Func<T, bool>? allowed = null, string limits = "a number")
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    && T.IsFinite(value) && allowed?.Invoke(value) != false)
                {
                    return value;
                }

                result.AddError($"{name} has to be {limits}, not '{text}'.");
                return null;
            },
        };
}
