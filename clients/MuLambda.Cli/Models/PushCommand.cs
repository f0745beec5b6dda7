using System.CommandLine;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Npm;
using MuLambda.Cli.Terminal;
using Spectre.Console;

namespace MuLambda.Cli.Models;

/// <summary><c>models push</c>: one model with its traits, or the models of a zoo.</summary>
internal sealed class PushCommand
{
    private static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(10);

    private readonly Argument<string?> _path = new("PATH")
    {
        Description = "A SavedModel directory, an .onnx file, or a .zip, .tar, .tar.gz or .tgz of one of them",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _zoo = new("--zoo")
    {
        Description = "Push the models of a zoo instead: a directory with a zoo.json, or the name of one in models/ here, above or beside this program; /MODEL picks one",
        HelpName = "ZOO[/MODEL]",
    };

    private readonly Option<string?> _cache = new("--cache")
    {
        Description = "Where packages of a zoo are kept once npm has fetched them [default: mulambda/npm in the user's cache directory]",
        HelpName = "DIR",
    };

    private readonly Option<string?> _name = Text("--name", "NAME", "The model's name: 1 to 63 lower-case letters, digits and inner hyphens");
    private readonly Option<long?> _version = NumberOption.Create<long>("--version", "NUMBER", "The version, from 1 upwards [default: 1]", limits: "a whole number");
    private readonly Option<string?> _task = Text("--task", "TASK", "What it does, such as classification");
    private readonly Option<string?> _input = Text("--input", "MODALITY", "What it reads, such as image");
    private readonly Option<string?> _output = Text("--output", "MODALITY", "What it answers with, such as label");
    private readonly Option<double?> _accuracy = NumberOption.Create<double>("--accuracy", "VALUE", "How good it is, from 0 to 1");
    private readonly Option<string?> _metric = Text("--metric", "METRIC", "What the accuracy measures [default: accuracy]");
    private readonly Option<string?> _dataset = Text("--dataset", "NAME", "What it was measured on");
    private readonly Option<string?> _description = Text("--description", "TEXT", "What to say of it");

    public static Command Create(MuLambdaCli cli)
    {
        var push = new PushCommand();
        var command = new CliCommand(
            "push",
            "Upload a model version, or all models of a zoo; what is there already stays as it is",
            "mulambda models push ./my-model --name my-model --version 1 --task classification --input image --output label --accuracy 0.93 --metric top-1 --dataset my-test-set",
            "mulambda models push model.onnx --name flowers --task classification --input image --output label --accuracy 0.88",
            "mulambda models push --zoo digits",
            "mulambda models push --zoo digits/digits-cnn",
            "mulambda models push --zoo vision/movenet-lightning");
        command.Add(push._path);
        command.Add(push._cache);
        foreach (var option in push.Options)
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            var zoo = result.GetResult(push._zoo) is not null;
            if (zoo == (result.GetValue(push._path) is not null))
            {
                result.AddError(zoo ? "Either PATH or --zoo, not both." : "PATH or --zoo is missing.");
                return;
            }

            if (!zoo && result.GetResult(push._cache) is not null)
            {
                result.AddError($"{push._cache.Name} goes with --zoo.");
            }

            foreach (var option in push.Options.Where(option => option != push._zoo))
            {
                var given = result.GetResult(option) is not null;
                var needed = option == push._name || option == push._task || option == push._input
                    || option == push._output || option == push._accuracy;
                if (zoo && given)
                {
                    result.AddError($"{option.Name} cannot be given with --zoo: the zoo says it.");
                }
                else if (!zoo && needed && !given)
                {
                    result.AddError($"{option.Name} is missing.");
                }
            }
        });
        cli.Handle(command, push.RunAsync);
        return command;
    }

    private Option[] Options =>
        [_zoo, _name, _version, _task, _input, _output, _accuracy, _metric, _dataset, _description];

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var entries = context.Get(_zoo) is { } zoo ? Zoo.Find(context.Console, zoo) : [OneOf(context)];
        using var preparation = new ZooPreparation(
            entries, new NpmCache(context.Console, context.Get(_cache)), (what, fetch) => ReportAsync(context, what, fetch));
        var pushed = new List<PushedModel>();
        foreach (var entry in entries)
        {
            using var package = await ModelPackage.OpenAsync(await preparation.PrepareAsync(entry, cancellationToken), cancellationToken);
            pushed.Add(await UploadProgress.RunAsync(
                context.Output.Progress,
                $"{entry.Upload.Name}@{entry.Upload.Version}",
                package.Content.Length,
                progress => UploadAsync(context, entry.Upload, package, progress, cancellationToken)));
        }

        await context.Output.WriteAsync<IReadOnlyList<PushedModel>>(pushed, json => json.IReadOnlyListPushedModel, console =>
        {
            var table = Output.Table("MODEL", "RESULT", "BYTES", "SHA256");
            foreach (var (created, model) in pushed)
            {
                table.AddTexts(
                    model.Reference.ToString(),
                    created ? "created" : "unchanged",
                    model.Bytes.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    model.Sha256);
            }

            console.Write(table);
        });
        return ExitCodes.Ok;
    }

    private static async Task ReportAsync(CommandContext context, string what, Func<Task> work)
    {
        if (context.Output.Progress is { } terminal)
        {
            await terminal.Status().StartAsync(Markup.Escape(what), _ => work());
            return;
        }

        if (!context.Output.IsJson)
        {
            await context.Console.Error.WriteLineAsync(what);
        }

        await work();
    }

    private static Task<PushedModel> UploadAsync(
        CommandContext context, ModelUpload upload, ModelPackage package, IProgress<long>? progress, CancellationToken cancellationToken) =>
        context.CallRegistryAsync(
            async (registry, token) =>
            {
                var result = await registry.PutModelAsync(upload, package.Content, progress, token);
                return new PushedModel(result.Created, result.Value);
            },
            cancellationToken,
            UploadTimeout);

    private ZooEntry OneOf(CommandContext context)
    {
        var upload = new ModelUpload(
            context.Get(_name)!,
            context.Get(_version) ?? 1,
            new Traits(context.Get(_task)!, context.Get(_input)!, context.Get(_output)!),
            new Accuracy(context.Get(_metric) ?? "accuracy", context.Get(_accuracy)!.Value, context.Get(_dataset)),
            context.Get(_description));
        CliException.ThrowIfAny(upload.Validate(), "The model's declaration is not right.");
        return new ZooEntry(context.Console.Resolve(context.Get(_path)!), upload);
    }

    private static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };
}
