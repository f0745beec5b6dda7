using System.CommandLine;
using System.Globalization;
using MuLambda.Catalog;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;
using Spectre.Console;

namespace MuLambda.Cli.Models;

/// <summary><c>models list|show|delete</c>, and <c>push</c> and <c>import-tfjs</c> beside them.</summary>
internal static class ModelsCommand
{
    public static Command Create(MuLambdaCli cli) =>
        new CliCommand(
            "models",
            "The models the platform can serve",
            "mulambda models push --zoo digits",
            "mulambda models list --task classification",
            "mulambda models show digits-cnn")
        {
            PushCommand.Create(cli), ImportTfjsCommand.Create(cli), CreateList(cli), CreateShow(cli), CreateDelete(cli),
        };

    private static CliCommand CreateList(MuLambdaCli cli)
    {
        var list = new CliCommand(
            "list",
            "List the model versions",
            "mulambda models list",
            "mulambda models list --task classification --input image --output label --json");
        var task = new Option<string?>("--task") { Description = "Only models of this task", HelpName = "TASK" };
        var input = new Option<string?>("--input") { Description = "Only models that read this modality", HelpName = "MODALITY" };
        var output = new Option<string?>("--output") { Description = "Only models that answer with this modality", HelpName = "MODALITY" };
        list.Add(task);
        list.Add(input);
        list.Add(output);
        cli.Handle(list, async (context, cancellationToken) =>
        {
            var models = await context.CallRegistryAsync(
                (registry, token) => registry.ListModelsAsync(
                    context.Get(task), context.Get(input), context.Get(output), name: null, token),
                cancellationToken);
            await context.Output.WriteAsync(models, json => json.IReadOnlyListModel, console =>
            {
                var table = Output.Table("MODEL", "TASK", "INPUT", "OUTPUT", "ACCURACY", "FORMAT", "BYTES", "DESCRIPTION");
                foreach (var model in models)
                {
                    table.AddTexts(
                        model.Reference.ToString(), model.Task, model.Input, model.Output,
                        model.Accuracy.Value.ToString("0.####", CultureInfo.InvariantCulture),
                        NameOf(model.Format), model.Bytes.ToString(CultureInfo.InvariantCulture), model.Description);
                }

                console.Write(table);
            });
            return ExitCodes.Ok;
        });
        return list;
    }

    private static CliCommand CreateShow(MuLambdaCli cli)
    {
        var show = new CliCommand(
            "show",
            "Show a model version with its signatures",
            "mulambda models show digits-cnn",
            "mulambda models show digits-cnn@1 --json");
        var reference = new Argument<string>("NAME[@VERSION]") { Description = "The model; its newest version where none is given" };
        show.Add(reference);
        cli.Handle(show, async (context, cancellationToken) =>
        {
            var (name, version) = ModelName.Parse(context.Get(reference)!);
            var model = await context.CallRegistryAsync(
                (registry, token) => registry.GetModelAsync(name, version, token), cancellationToken)
                ?? throw CliException.NotFound($"There is no model {context.Get(reference)}.");
            await context.Output.WriteAsync(model, json => json.Model, console =>
            {
                console.Write(FactsOf(model));
                console.WriteLine();
                console.Write(SignaturesOf(model));
            });
            return ExitCodes.Ok;
        });
        return show;
    }

    private static CliCommand CreateDelete(MuLambdaCli cli)
    {
        var delete = new CliCommand(
            "delete", "Delete a model version that no executor serves", "mulambda models delete digits-linear@1");
        var reference = new Argument<string>("NAME@VERSION") { Description = "The model version" };
        delete.Add(reference);
        cli.Handle(delete, async (context, cancellationToken) =>
        {
            var (name, version) = ModelName.Parse(context.Get(reference)!);
            if (version is not { } exact)
            {
                throw CliException.Usage($"Which version of {name} to delete has to be said: {name}@VERSION.");
            }

            var id = new ModelReference(name, exact).ToString();
            if (!await context.CallRegistryAsync(
                (registry, token) => registry.DeleteModelAsync(name, exact, token), cancellationToken))
            {
                throw CliException.NotFound($"There is no model {id}.");
            }

            await context.Output.WriteAsync(
                new Deleted(id), json => json.Deleted, console => console.WriteLine($"deleted {id}"));
            return ExitCodes.Ok;
        });
        return delete;
    }

    private static Table FactsOf(Model model) => Output.Facts(
        ("model", model.Reference.ToString()),
        ("description", model.Description),
        ("task", model.Task),
        ("input", model.Input),
        ("output", model.Output),
        ("accuracy", string.Create(CultureInfo.InvariantCulture, $"{model.Accuracy.Value:0.####} {model.Accuracy.Metric}")),
        ("dataset", model.Accuracy.Dataset),
        ("format", NameOf(model.Format)),
        ("bytes", model.Bytes.ToString(CultureInfo.InvariantCulture)),
        ("sha256", model.Sha256),
        ("created", model.CreatedAt.ToString("u", CultureInfo.InvariantCulture)));

    private static Table SignaturesOf(Model model)
    {
        var table = Output.Table("SIGNATURE", "", "TENSOR", "TYPE", "SHAPE");
        foreach (var signature in model.Signatures)
        {
            foreach (var (direction, tensor) in signature.Inputs.Select(tensor => ("in", tensor))
                .Concat(signature.Outputs.Select(tensor => ("out", tensor))))
            {
                var shape = tensor.Shape is null ? "?" : $"[{string.Join(',', tensor.Shape)}]";
                table.AddTexts(signature.Name, direction, tensor.Name, tensor.DType, shape);
            }
        }

        return table;
    }

    private static string NameOf(ModelFormat format) => format == ModelFormat.SavedModel ? "saved_model" : "onnx";
}
