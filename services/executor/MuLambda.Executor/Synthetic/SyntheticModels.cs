using MuLambda.Executor.Options;
using MuLambda.Timing;

namespace MuLambda.Executor.Synthetic;

/// <summary>The models that take the time of a synthetic one, by name.</summary>
internal sealed class SyntheticModels(ExecutorOptions options, PreciseTimer timer)
{
    private readonly Dictionary<string, SyntheticModel> _models = options.Synthetic.ToDictionary(
        model => model.Key, model => new SyntheticModel(model.Value, timer), StringComparer.Ordinal);

    /// <summary>The model of the name, or null for one that takes its own time.</summary>
    public SyntheticModel? Find(string name) => _models.GetValueOrDefault(name);
}
