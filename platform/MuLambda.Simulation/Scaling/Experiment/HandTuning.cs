using System.Globalization;

namespace MuLambda.Simulation.Scaling;

/// <summary>
/// <c>concurrency</c> with targets that somebody tried: for each trace with a model the best one, as nobody knows it in advance, and for each model the one that does
/// best over its traces, which is what somebody can set.
/// </summary>
public static class HandTuning
{
    /// <summary>The policy that is tuned.</summary>
    public const string Policy = "concurrency";

    /// <summary>The option that is set.</summary>
    public const string Option = "container-concurrency-target";

    /// <summary>What the policy with the best target of a cell is called.</summary>
    public const string ByCell = "concurrency, tuned";

    /// <summary>What the policy with one target for all traces of a model is called.</summary>
    public const string ByModel = "concurrency, by model";

    /// <summary>The targets that are tried besides the default of 100, each two to five times the one before.</summary>
    public static IReadOnlyList<int> Targets { get; } = [1, 2, 5, 10, 20];

    /// <summary>What a policy with a target is called.</summary>
    /// <param name="target">The target.</param>
    public static string NameOf(int target) => string.Create(CultureInfo.InvariantCulture, $"{Policy}-{target}");

    /// <summary>The target of a name of <see cref="NameOf"/>; null for any other name.</summary>
    /// <param name="name">The name.</param>
    public static int? TargetOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith($"{Policy}-", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Policy.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var target) ? target : null;
    }

    /// <summary>The largest target with which enough requests are in time; where none is enough, that with the most.</summary>
    /// <param name="cell">The trace with a model.</param>
    /// <returns>Its runs; null where none was tried.</returns>
    public static PolicyRuns? Best(ScalingCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        PolicyRuns[] tried = [.. Tried(cell)];
        return tried.LastOrDefault(runs => runs.Attainment >= ScalingAims.Target) ?? tried.MaxBy(runs => runs.Attainment);
    }

    /// <summary>The target with which a model's traces meet the objective in the most of them; of equals the largest.</summary>
    /// <param name="cell">A trace with the model.</param>
    /// <param name="cells">All cells.</param>
    /// <returns>Its runs in the cell; null where none was tried.</returns>
    public static PolicyRuns? BestOfModel(ScalingCell cell, IReadOnlyList<ScalingCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(cells);
        ScalingCell[] own = [.. cells.Where(other => other.Model == cell.Model)];
        return Tried(cell).Reverse().MaxBy(runs => own.Count(other => Tried(other).Any(same => same.Policy == runs.Policy && same.Attainment >= ScalingAims.Target)));
    }

    // From the smallest target to the default.
    private static IEnumerable<PolicyRuns> Tried(ScalingCell cell) => cell.Tuning.Count == 0 ? [] : [.. cell.Tuning, .. cell.Of(Policy) is { } usual ? [usual] : Array.Empty<PolicyRuns>()];
}
