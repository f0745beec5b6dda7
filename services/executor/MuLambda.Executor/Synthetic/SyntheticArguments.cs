using System.CommandLine;
using System.CommandLine.Parsing;
using MuLambda.Executor.Options;

namespace MuLambda.Executor.Synthetic;

/// <summary>The options of experiments: models that take a given time, and a node that is far away.</summary>
internal sealed class SyntheticArguments
{
    private readonly Option<IReadOnlyDictionary<string, SyntheticDelay>> _delays = new("--synthetic")
    {
        HelpName = "NAME=FILE",
        Description = "For experiments, repeatable: the model's answers take the time that the JSON file says "
            + "({\"delayMs\": 10, \"perElementMs\": 1, \"perRequestMs\": 100, \"jitterMs\": 5, \"seed\": 1}), so much for each element of "
            + "the largest input and for each request that is in the model already.",
        CustomParser = ParseDelays,
    };

    private readonly Option<double?> _reply = NumberOption.Create<double?>(
        "--reply-delay",
        0,
        60_000,
        "MS",
        "For experiments: every answer to a call of a model leaves so much later, as on a slow network. Status and metrics, which are asked for on the node, do not (0).");

    public void AddTo(RootCommand root)
    {
        root.Add(_delays);
        root.Add(_reply);
    }

    public ExecutorOptions Read(ParseResult result, ExecutorOptions options) => options with
    {
        Synthetic = result.GetValue(_delays) ?? options.Synthetic,
        ReplyDelay = TimeSpan.FromMilliseconds(result.GetValue(_reply) ?? 0),
    };

    private static Dictionary<string, SyntheticDelay> ParseDelays(ArgumentResult result)
    {
        var delays = new Dictionary<string, SyntheticDelay>(StringComparer.Ordinal);
        foreach (var token in result.Tokens)
        {
            var equals = token.Value.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? string.Empty : token.Value[..equals];
            if (!ModelSource.IsName(name))
            {
                result.AddError($"--synthetic: '{token.Value}' is not NAME=FILE; a name is {ModelSource.NameRule}.");
                continue;
            }

            try
            {
                if (!delays.TryAdd(name, SyntheticDelay.Read(token.Value[(equals + 1)..])))
                {
                    result.AddError($"--synthetic: '{name}' is named twice.");
                }
            }
            catch (InvalidDataException e)
            {
                result.AddError($"--synthetic {name}: {e.Message}");
            }
        }

        return delays;
    }
}
