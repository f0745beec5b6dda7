using System.Globalization;
using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Models;

/// <summary>Reads <c>NAME[@VERSION]</c>.</summary>
internal static class ModelName
{
    /// <exception cref="CliException">It is written otherwise.</exception>
    public static (string Name, long? Version) Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? text : text[..at];
        if (name.Length == 0)
        {
            throw CliException.Usage($"'{text}' names no model; it is written NAME or NAME@VERSION.");
        }

        if (at < 0 || text[(at + 1)..] == "latest")
        {
            return (name, null);
        }

        return long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
            ? (name, version)
            : throw CliException.Usage($"The version in '{text}' is no whole number from 1 upwards.");
    }
}
