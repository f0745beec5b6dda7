using System.Globalization;
using MuLambda.Batching;

namespace MuLambda.Benchmarks.Batching;

/// <summary>A batch policy and what it is set to.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="Items">Of <c>fixed</c>: examples in a batch.</param>
/// <param name="TimeoutMs">Of <c>fixed</c>: how long the first request waits for others, in milliseconds.</param>
internal sealed record PolicySetting(string Policy, int Items = 0, int TimeoutMs = 0)
{
    private const string Fixed = "fixed";

    /// <summary>The policy that every other is a yardstick of.</summary>
    public const string Adaptive = "adaptive";

    public const string None = "none";

    // What one would try by hand: small, middle and large, at once, a little later, and with patience.
    private static readonly int[] GridItems = [8, 32, 128];
    private static readonly int[] GridTimeoutsMs = [0, 2, 10];

    /// <summary>What <see cref="Parse"/> takes.</summary>
    public static string Expected => "none, fixed (nine settings), fixed-ITEMS-MS, aimd or adaptive";

    /// <summary>What tables call it.</summary>
    public string Name => IsFixed ? string.Create(CultureInfo.InvariantCulture, $"{Fixed}-{Items}-{TimeoutMs}") : Policy;

    public bool IsFixed => Policy == Fixed;

    /// <summary>What tells a selector.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        $"--Batching:Policy={Policy}",
        .. IsFixed
            ? [string.Create(CultureInfo.InvariantCulture, $"--Batching:FixedItems={Items}"), string.Create(CultureInfo.InvariantCulture, $"--Batching:FixedTimeoutMs={TimeoutMs}")]
            : Array.Empty<string>(),
    ];

    /// <summary>The policy of a queue in virtual time.</summary>
    public IBatchPolicy Create()
    {
        var options = new BatchPolicyOptions();
        return BatchPolicies.Create(Policy, IsFixed ? options with { FixedItems = Items, FixedTimeoutMs = TimeoutMs } : options);
    }

    /// <summary>The settings that a word names; none where it is wrong.</summary>
    public static IReadOnlyList<PolicySetting> Parse(string word)
    {
        if (word == Fixed)
        {
            return [.. GridItems.SelectMany(items => GridTimeoutsMs.Select(timeout => new PolicySetting(Fixed, items, timeout)))];
        }

        if (word.Split('-') is [Fixed, var size, var time])
        {
            return int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var items) && items > 0
                && int.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var timeoutMs)
                ? [new PolicySetting(Fixed, items, timeoutMs)]
                : [];
        }

        return BatchPolicies.Names.Contains(word) ? [new PolicySetting(word)] : [];
    }
}
