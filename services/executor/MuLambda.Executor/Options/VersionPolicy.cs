using System.Globalization;

namespace MuLambda.Executor.Options;

/// <summary>Which versions of a model are served, as TensorFlow Serving has it.</summary>
internal sealed record VersionPolicy
{
    /// <summary>The most versions that can be asked for by their number.</summary>
    public const int MaxCount = 1024;

    private VersionPolicy(int? latest, IReadOnlyList<long>? specific) => (Count, Versions) = (latest, specific);

    /// <summary>The highest version.</summary>
    public static VersionPolicy LatestOne { get; } = new(1, null);

    /// <summary>Every version.</summary>
    public static VersionPolicy All { get; } = new(null, null);

    /// <summary>How many of the highest versions; null for another policy.</summary>
    public int? Count { get; }

    /// <summary>The versions named; null for another policy.</summary>
    public IReadOnlyList<long>? Versions { get; }

    /// <summary>The highest versions.</summary>
    /// <param name="count">How many, from 1.</param>
    public static VersionPolicy Latest(int count) =>
        count is >= 1 and <= MaxCount ? new(count, null) : throw new ArgumentOutOfRangeException(nameof(count));

    /// <summary>These versions and no others.</summary>
    public static VersionPolicy Specific(params IEnumerable<long> versions) => new(null, [.. versions.Distinct().Order()]);

    /// <summary>Reads <c>latest</c>, <c>latest:N</c>, <c>all</c> or <c>specific:1,2</c>.</summary>
    public static bool TryParse(string text, out VersionPolicy policy, out string error)
    {
        (policy, error) = (LatestOne, string.Empty);
        switch (text.Split(':', 2))
        {
            case ["all"]:
                policy = All;
                return true;
            case ["latest"]:
                return true;
            case ["latest", var count]
                when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxCount:
                policy = Latest(number);
                return true;
            case ["specific", var list] when Numbers(list) is { } numbers:
                policy = Specific(numbers);
                return true;
            default:
                error = $"'{text}' is no version policy; expected latest:N (1 to {MaxCount}), all or specific:N,N.";
                return false;
        }
    }

    /// <summary>Those of the versions there are that are served, highest first.</summary>
    public IReadOnlyList<T> Select<T>(IEnumerable<T> there, Func<T, long> number)
    {
        var ordered = there.OrderByDescending(number);
        return [.. Versions is { } versions ? ordered.Where(one => versions.Contains(number(one))) : Count is { } count ? ordered.Take(count) : ordered];
    }

    public bool Equals(VersionPolicy? other) =>
        other is not null && Count == other.Count
        && (Versions is null ? other.Versions is null : other.Versions is not null && Versions.SequenceEqual(other.Versions));

    public override int GetHashCode() => HashCode.Combine(Count, Versions?.Count);

    public override string ToString() =>
        Versions is { } versions ? "specific:" + string.Join(',', versions) : Count is { } count ? $"latest:{count}" : "all";

    private static List<long>? Numbers(string list)
    {
        var numbers = new List<long>();
        foreach (var part in list.Split(','))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }
}
