using System.Text.Json;
using System.Text.RegularExpressions;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;
using MuLambda.Simulation;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>Schedules, models and networks of the user's own. What is wrong is told with its JSON path.</summary>
/// <param name="Schedules">The schedules, at least one.</param>
/// <param name="Networks">The networks; may be empty.</param>
internal sealed partial record ScheduleFile(IReadOnlyList<PaperSchedule> Schedules, IReadOnlyList<PaperNetwork> Networks)
{
    private const int MaxBytes = 1 << 20;
    private const int MaxNodes = 1000;
    private const int MaxOfNode = 100;
    private const int MaxEntries = 1000;
    private const double MaxMs = 1e6;

    /// <exception cref="CliException">The file is not there, or not right.</exception>
    public static async Task<ScheduleFile> ReadAsync(CliConsole console, string path, CancellationToken cancellationToken)
    {
        var content = await InputFile.ReadAsync(console, path, MaxBytes, cancellationToken);
        try
        {
            return Parse(content);
        }
        catch (JsonPathException e)
        {
            throw CliException.Usage($"{path}: {e.Message}", e);
        }
    }

    internal static ScheduleFile Parse(ReadOnlyMemory<byte> content)
    {
        using var document = JsonElementAt.Parse(content, out var root);
        root.Allow("models", "networks", "schedules");
        var models = PaperModels.Published.ToDictionary(model => model.CatalogName, StringComparer.Ordinal);
        foreach (var at in root.Optional("models")?.Items(0, MaxEntries) ?? [])
        {
            var model = Model(at);
            if (!models.TryAdd(model.CatalogName, model))
            {
                throw at.Required("name").Wrong($"there is another model '{model.Name}'; upper and lower case are the same");
            }
        }

        var networks = (root.Optional("networks")?.Items(0, MaxEntries) ?? []).Select(Network).ToArray();
        Distinct(networks.Select(network => network.Name), PaperNetworks.Published.Select(network => network.Name), "networks");
        var schedules = root.Required("schedules").Items(1, MaxEntries).Select(at => Schedule(at, models)).ToArray();
        Distinct(schedules.Select(schedule => schedule.Name), PaperSchedules.Published.Select(schedule => schedule.Name), "schedules");
        return new ScheduleFile(schedules, networks);
    }

    private static PaperModel Model(JsonElementAt at)
    {
        at.Allow("name", "delayMs", "alpha", "beta", "jitterMs", "confidence", "gamma");
        return new PaperModel(
            Name(at),
            new SyntheticServiceTime(
                at.Required("delayMs").Number(0, MaxMs),
                at.Optional("alpha")?.Number(0, MaxMs) ?? 0,
                at.Optional("beta")?.Number(0, MaxMs) ?? 0,
                at.Optional("jitterMs")?.Number(0, MaxMs) ?? 0),
            new ConfidenceSpec(
                [.. at.Required("confidence").Items(1, MaxEntries).Select(confidence => confidence.Number(0, 1))],
                at.Optional("gamma")?.Number(0, 1) ?? 0));
    }

    private static PaperNetwork Network(JsonElementAt at)
    {
        at.Allow("name", "delaysMs");
        return new PaperNetwork(Name(at), [.. at.Required("delaysMs").Items(1, MaxNodes).Select(delay => delay.Number(0, MaxMs))]);
    }

    private static PaperSchedule Schedule(JsonElementAt at, Dictionary<string, PaperModel> models)
    {
        at.Allow("name", "nodes");
        var name = Name(at);
        var nodes = at.Required("nodes").Items(1, MaxNodes)
            .Select(node => node.Items(0, MaxOfNode).Select(model => ModelOf(model, models)).ToArray())
            .ToArray();
        return nodes.Any(node => node.Length > 0)
            ? new PaperSchedule(name, nodes)
            : throw at.Required("nodes").Wrong("has no model on any node");
    }

#pragma warning disable CA1308 // The catalog's names are lower-case.
    private static PaperModel ModelOf(JsonElementAt at, Dictionary<string, PaperModel> models) =>
        models.GetValueOrDefault(at.Text().ToLowerInvariant())
        ?? throw at.Wrong($"there is no model '{at.Text()}'; there are {string.Join(", ", models.Values.Select(model => model.Name))}");
#pragma warning restore CA1308

    private static string Name(JsonElementAt at)
    {
        var name = at.Required("name");
        return Names().IsMatch(name.Text()) ? name.Text() : throw name.Wrong("has to be 1 to 40 letters, digits and inner hyphens");
    }

    private static void Distinct(IEnumerable<string> names, IEnumerable<string> published, string path)
    {
        var taken = published.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
        {
            if (!taken.Add(name))
            {
                throw new JsonPathException($"{path}[{i}].name", $"'{name}' is the name of another one");
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9-]{0,38}[A-Za-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Names();
}
