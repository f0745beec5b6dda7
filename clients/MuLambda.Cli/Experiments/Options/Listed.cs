using System.Globalization;
using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Experiments;

/// <summary>Values of an option that takes lists, such as <c>1,5-13</c>. An option given twice is a longer list.</summary>
internal static class Listed
{
    /// <summary>Things by their names.</summary>
    /// <exception cref="CliException">There is none of a name.</exception>
    public static IReadOnlyList<T> Names<T>(string option, string[]? given, IReadOnlyList<T> all, Func<T, string> nameOf)
    {
        if (given is not { Length: > 0 })
        {
            return all;
        }

        var wanted = Parts(option, given).ToHashSet(StringComparer.Ordinal);
        wanted.ExceptWith(all.Select(nameOf));
        if (wanted.Count > 0)
        {
            throw CliException.Usage(
                $"{option}: there is no '{wanted.Order(StringComparer.Ordinal).First()}'; there are {string.Join(", ", all.Select(nameOf))}.");
        }

        wanted = Parts(option, given).ToHashSet(StringComparer.Ordinal);
        return [.. all.Where(one => wanted.Contains(nameOf(one)))];
    }

    /// <summary>Numbers; a range has those of <paramref name="usual"/> in it, or, where that is null, all whole numbers.</summary>
    /// <exception cref="CliException">One is no number, or out of bounds.</exception>
    public static IReadOnlyList<long> Numbers(
        string option, string[]? given, IReadOnlyList<long> defaults, IReadOnlyList<long>? usual, long least, long most, int limit)
    {
        if (given is not { Length: > 0 })
        {
            return defaults;
        }

        var numbers = new SortedSet<long>();
        foreach (var part in Parts(option, given))
        {
            var dash = part.IndexOf('-', 1);
            var first = Number(option, dash < 0 ? part : part[..dash], usual, least, most);
            var last = dash < 0 ? first : Number(option, part[(dash + 1)..], usual, least, most);
            if (last < first || (dash >= 0 && usual is null && last - first >= limit))
            {
                throw CliException.Usage(
                    $"{option}: '{part}' is no range; it goes from a number to a larger one and has at most {limit} numbers.");
            }

            if (dash < 0)
            {
                numbers.Add(first);
                continue;
            }

            var before = numbers.Count;
            foreach (var number in usual?.Where(number => number >= first && number <= last) ?? Whole(first, last))
            {
                numbers.Add(number);
            }

            if (numbers.Count == before && usual?.Any(number => number >= first && number <= last) == false)
            {
                throw CliException.Usage($"{option}: '{part}' has none of {string.Join(", ", usual)}.");
            }
        }

        return numbers.Count <= limit
            ? [.. numbers]
            : throw CliException.Usage($"{option} has {numbers.Count} numbers; the limit is {limit}.");
    }

    private static string[] Parts(string option, string[] given)
    {
        var parts = given.SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries)).ToArray();
        return parts.All(part => part.Length > 0)
            ? parts
            : throw CliException.Usage($"{option}: '{string.Join(' ', given)}' has an empty part.");
    }

    private static IEnumerable<long> Whole(long first, long last)
    {
        for (var number = first; number <= last; number++)
        {
            yield return number;
        }
    }

    private static long Number(string option, string text, IReadOnlyList<long>? usual, long least, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw CliException.Usage(
                $"{option}: '{text}' is no whole number from {least} to {most}"
                + (usual is null ? "." : $"; the evaluation has {string.Join(", ", usual)}."));
}
