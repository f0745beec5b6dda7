using System.Collections.Immutable;
using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// What starts of models took, from the decision to the first replica that serves: an exponentially weighted mean of each model version's starts. A version that
/// was never seen to start is expected to take what the known one of the nearest size does (by ratio of bytes), and before any is known <see cref="UnknownMs"/>.
/// </summary>
internal sealed class ColdStartTimes
{
    /// <summary>What a start is expected to take before any was seen, in milliseconds.</summary>
    public const double UnknownMs = 2000;

    // The last three starts or so decide: the node's cache, and how busy it is, change.
    private const double Weight = 0.3;

    private readonly Dictionary<ModelReference, (double MeanMs, long Bytes)> _known = [];

    /// <summary>Takes in a start.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tookMs">From the decision until it served, in milliseconds.</param>
    public void Observe(Model model, double tookMs)
    {
        if (!double.IsFinite(tookMs) || tookMs < 0)
        {
            return;
        }

        var reference = model.Reference;
        var meanMs = _known.TryGetValue(reference, out var known) ? known.MeanMs + (Weight * (tookMs - known.MeanMs)) : tookMs;
        _known[reference] = (meanMs, model.Bytes);
    }

    /// <summary>What a start is expected to take as a whole.</summary>
    /// <param name="model">The model.</param>
    /// <returns>Milliseconds.</returns>
    public double ExpectedMs(Model model)
    {
        if (_known.TryGetValue(model.Reference, out var own))
        {
            return own.MeanMs;
        }

        var (nearestMs, least) = (UnknownMs, double.PositiveInfinity);
        foreach (var (meanMs, bytes) in _known.Values)
        {
            var distance = Math.Abs(Math.Log(Math.Max(1.0, bytes) / Math.Max(1.0, model.Bytes)));
            if (distance < least || (distance == least && meanMs > nearestMs))
            {
                (nearestMs, least) = (meanMs, distance);
            }
        }

        return nearestMs;
    }

    /// <summary>Forgets the models that are not registered any more.</summary>
    public void Keep(IReadOnlyDictionary<string, Model> models)
    {
        foreach (var reference in _known.Keys.Where(reference => !models.ContainsKey(reference.ToString())).ToImmutableArray())
        {
            _known.Remove(reference);
        }
    }
}
