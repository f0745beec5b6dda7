using System.CommandLine;
using System.CommandLine.Parsing;

namespace MuLambda.Executor.Options;

/// <summary>The options that say which models and versions are served.</summary>
internal sealed class ModelArguments
{
    private readonly Option<IReadOnlyList<ModelSource>> _models = new("--model")
    {
        HelpName = "NAME=PATH|NAME[@VERSION]|GLOB",
        Description = "A model to serve, repeatable: a directory of numbered versions, a SavedModel directory or an .onnx file; or the registry's, followed as it changes. A GLOB ('*', 'vision-*') stands for every model of the registry that matches, now and later.",
        CustomParser = ParseModels,
    };

    private readonly Option<IReadOnlyList<string>> _excluded = new("--exclude-model")
    {
        HelpName = "GLOB",
        Description = "Models that a GLOB of --model does not mean, repeatable.",
        CustomParser = ParseGlobs,
    };

    private readonly Option<IReadOnlyDictionary<string, VersionPolicy>> _policies = new("--version-policy")
    {
        HelpName = "[NAME=]POLICY",
        Description = "Which versions are served: latest:N, all or specific:N,N; of the --model NAME, or of all others. Repeatable (latest:1).",
        CustomParser = ParsePolicies,
    };

    private readonly Option<FileInfo?> _config = new("--model-config")
    {
        HelpName = "FILE",
        Description = "TensorFlow Serving's model config file, with version policies and labels.",
    };

    private readonly Option<double?> _configPoll;
    private readonly Option<double?> _poll;

    public ModelArguments(ExecutorOptions defaults)
    {
        _configPoll = NumberOption.Create<double?>(
            "--model-config-poll", 0, 86_400, "SECONDS", "How often --model-config is read again; 0 for once (0).");
        _poll = NumberOption.Create<double?>(
            "--poll-interval", 0, 86_400, "SECONDS", $"How often paths are looked at for versions; 0 for once ({defaults.PollInterval.TotalSeconds}).");
        _config.Validators.Add(option =>
        {
            if (option.GetValueOrDefault<FileInfo?>() is { } file)
            {
                try
                {
                    ServerConfig.Read(file.FullName);
                }
                catch (InvalidDataException e)
                {
                    option.AddError($"--model-config: {e.Message}");
                }
            }
        });
    }

    /// <summary>Adds the options.</summary>
    /// <param name="root">The command.</param>
    /// <param name="registry">The option of the registry: where it is given, models may come later.</param>
    public void AddTo(RootCommand root, Option registry)
    {
        root.Add(_models);
        root.Add(_excluded);
        root.Add(_policies);
        root.Add(_config);
        root.Add(_configPoll);
        root.Add(_poll);
        root.Validators.Add(result => Check(result, registry));
    }

    public ExecutorOptions Read(ParseResult result, ExecutorOptions options) => options with
    {
        Models = result.GetValue(_models) ?? [],
        Excluded = result.GetValue(_excluded) ?? [],
        Policies = result.GetValue(_policies) ?? options.Policies,
        ModelConfig = result.GetValue(_config)?.FullName,
        ModelConfigPoll = Seconds(result.GetValue(_configPoll), options.ModelConfigPoll),
        PollInterval = Seconds(result.GetValue(_poll), options.PollInterval),
    };

    private void Check(CommandResult result, Option registry)
    {
        IReadOnlyList<ModelSource> models;
        IReadOnlyDictionary<string, VersionPolicy>? policies;
        try
        {
            models = result.GetResult(_models)?.GetValueOrDefault<IReadOnlyList<ModelSource>>() ?? [];
            policies = result.GetResult(_policies)?.GetValueOrDefault<IReadOnlyDictionary<string, VersionPolicy>>();
        }
        catch (InvalidOperationException)
        {
            // The option is wrong by itself, which it says.
            return;
        }

        if (models.Count == 0 && result.GetResult(_config) is null && result.GetResult(registry) is null)
        {
            result.AddError("--model is required where there is no --model-config, and no --registry whose models can be added later.");
        }

        foreach (var name in policies?.Keys.Where(name => name.Length > 0 && !models.Any(model => model.Name == name)) ?? [])
        {
            result.AddError($"--version-policy {name}: there is no --model {name}.");
        }

        foreach (var model in models.Where(model => model.Version is not null && policies?.ContainsKey(model.Name) is true))
        {
            result.AddError($"--version-policy {model.Name}: --model {model} names its version.");
        }

        if (result.GetResult(_excluded) is not null && !models.Any(model => model.IsPattern))
        {
            result.AddError("--exclude-model excludes nothing: no --model is a GLOB.");
        }
    }

    private static TimeSpan Seconds(double? seconds, TimeSpan otherwise) =>
        seconds is { } given ? TimeSpan.FromSeconds(given) : otherwise;

    private static List<ModelSource> ParseModels(ArgumentResult result)
    {
        var models = new List<ModelSource>();
        foreach (var token in result.Tokens)
        {
            if (!ModelSource.TryParse(token.Value, out var model, out var error))
            {
                result.AddError($"--model: {error}");
            }
            else if (model.Path is { } path && !Path.Exists(path))
            {
                result.AddError($"--model {model.Name}: '{path}' does not exist.");
            }
            else if (models.Any(other => other.Name == model.Name))
            {
                result.AddError($"--model: '{model.Name}' is named twice.");
            }
            else
            {
                models.Add(model);
            }
        }

        return models;
    }

    private static List<string> ParseGlobs(ArgumentResult result)
    {
        var globs = new List<string>();
        foreach (var token in result.Tokens)
        {
            if (ModelSource.IsGlob(token.Value))
            {
                globs.Add(token.Value);
            }
            else
            {
                result.AddError($"--exclude-model: '{token.Value}' is no name and no glob of names.");
            }
        }

        return globs;
    }

    private static Dictionary<string, VersionPolicy> ParsePolicies(ArgumentResult result)
    {
        var policies = new Dictionary<string, VersionPolicy>(StringComparer.Ordinal);
        foreach (var token in result.Tokens)
        {
            var equals = token.Value.IndexOf('=', StringComparison.Ordinal);
            var name = equals > 0 ? token.Value[..equals] : string.Empty;
            if (!VersionPolicy.TryParse(token.Value[(equals + 1)..], out var policy, out var error))
            {
                result.AddError($"--version-policy: {error}");
            }
            else if (!policies.TryAdd(name, policy))
            {
                result.AddError(name.Length == 0 ? "--version-policy is given twice." : $"--version-policy: '{name}' is named twice.");
            }
        }

        return policies;
    }
}
