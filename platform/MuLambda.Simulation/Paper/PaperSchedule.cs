namespace MuLambda.Simulation.Paper;

/// <summary>Which models run on which node, one executor each.</summary>
public sealed class PaperSchedule
{
    /// <summary>A schedule.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="nodes">The models of each node; a node may have none.</param>
    /// <exception cref="ArgumentException">There is no executor.</exception>
    public PaperSchedule(string name, IReadOnlyList<IReadOnlyList<PaperModel>> nodes)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(nodes);
        Name = name;
        Nodes = nodes;
        var executors = new List<PaperExecutor>();
        for (var node = 0; node < nodes.Count; node++)
        {
            var ofModel = new Dictionary<PaperModel, int>();
            foreach (var model in nodes[node])
            {
                var copy = ofModel[model] = ofModel.GetValueOrDefault(model) + 1;
                executors.Add(new PaperExecutor($"node{node}-{model.CatalogName}{(copy == 1 ? "" : $"-{copy}")}", node, model));
            }
        }

        if (executors.Count == 0)
        {
            throw new ArgumentException("A schedule needs at least one executor.", nameof(nodes));
        }

        Executors = executors;
        Models = [.. executors.Select(executor => executor.Model).Distinct()];
        BestExpectedConfidence = Models.Max(model => model.ExpectedConfidence);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The models of each node.</summary>
    public IReadOnlyList<IReadOnlyList<PaperModel>> Nodes { get; }

    /// <summary>The executors, node by node.</summary>
    public IReadOnlyList<PaperExecutor> Executors { get; }

    /// <summary>The models that are anywhere.</summary>
    public IReadOnlyList<PaperModel> Models { get; }

    /// <summary>The largest expected confidence among its models.</summary>
    public double BestExpectedConfidence { get; }

    /// <summary>How many executors have the model with the largest expected confidence.</summary>
    public int ExecutorsOfBestModel => Executors.Count(
        executor => executor.Model.ExpectedConfidence >= BestExpectedConfidence);
}
