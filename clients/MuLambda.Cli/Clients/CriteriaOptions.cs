using System.CommandLine;
using System.CommandLine.Parsing;
using MuLambda.Catalog;
using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Clients;

/// <summary>The options that state criteria.</summary>
internal sealed class CriteriaOptions
{
    private readonly Option<string?> _task = new("--task") { Description = "What a model has to do", HelpName = "TASK" };
    private readonly Option<string?> _input = new("--input") { Description = "What it has to read", HelpName = "MODALITY" };
    private readonly Option<string?> _output = new("--output") { Description = "What it has to answer with", HelpName = "MODALITY" };
    private readonly Option<double?> _latency = NumberOption.Create<double>("--latency", "WEIGHT", "How much a short answer time matters [default: 0.5]");
    private readonly Option<double?> _accuracy = NumberOption.Create<double>("--accuracy", "WEIGHT", "How much an accurate answer matters [default: 0.5]");
    private readonly Option<double?> _maxLatency = NumberOption.Create<double>("--max-latency-ms", "MS", "The largest estimated latency a decision may have");
    private readonly Option<double?> _minAccuracy = NumberOption.Create<double>("--min-accuracy", "VALUE", "The smallest accuracy a decision may have, from 0 to 1");

    public Option[] All => [_task, _input, _output, _latency, _accuracy, _maxLatency, _minAccuracy];

    /// <summary>Those that criteria cannot do without.</summary>
    public Option[] Needed => [_task, _input, _output];

    /// <summary>The options that a command line gives.</summary>
    public IReadOnlyList<Option> GivenIn(CommandResult result) => [.. All.Where(option => result.GetResult(option) is not null)];

    /// <summary>The criteria that the options state.</summary>
    public Criteria Read(CommandContext context)
    {
        var (maxLatency, minAccuracy) = (context.Get(_maxLatency), context.Get(_minAccuracy));
        return new Criteria(
            new Traits(context.Get(_task)!, context.Get(_input)!, context.Get(_output)!),
            new Preference(context.Get(_latency) ?? 0.5, context.Get(_accuracy) ?? 0.5),
            maxLatency is null && minAccuracy is null ? null : new Bounds(maxLatency, minAccuracy));
    }
}
