using System.CommandLine;
using System.Globalization;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;
using MuLambda.Protocol.Tensors;
using MuLambda.TensorFlowJs;
using Spectre.Console;

namespace MuLambda.Cli.Models;

/// <summary><c>models import-tfjs</c>: a TensorFlow.js graph model becomes a SavedModel on the disk.</summary>
internal static class ImportTfjsCommand
{
    public static Command Create(MuLambdaCli cli)
    {
        var command = new CliCommand(
            "import-tfjs",
            "Turn a TensorFlow.js graph model into a SavedModel. Tensors lose the ':0' of their names (input:0 becomes input) "
            + "unless another has that name; what the model's signature leaves out is taken from its graph",
            "mulambda models import-tfjs ./web-model --out ./my-model/1",
            "mulambda models import-tfjs models/age.json --out ./age/1");
        var model = new Argument<string>("DIR") { Description = "A directory with a model.json, or a model's .json file; its weight files lie beside it" };
        var savedModel = new Option<string>("--out") { Description = "The directory to write; not there yet, or empty", HelpName = "SAVEDMODEL", Required = true };
        command.Add(model);
        command.Add(savedModel);
        cli.Handle(command, async (context, _) =>
        {
            var imported = Import(context.Console.Resolve(context.Get(model)!), context.Console.Resolve(context.Get(savedModel)!));
            await context.Output.WriteAsync(ImportedSavedModel.Of(imported), json => json.ImportedSavedModel, console =>
            {
                console.Write(Output.Facts(("wrote", imported.File), ("bytes", imported.Bytes.ToString(CultureInfo.InvariantCulture))));
                console.WriteLine();
                var table = Output.Table("", "TENSOR", "TYPE", "SHAPE");
                AddTo(table, "in", imported.Inputs);
                AddTo(table, "out", imported.Outputs);
                console.Write(table);
            });
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <exception cref="CliException">The model or the directory is not right.</exception>
    public static ImportedModel Import(string model, string savedModel)
    {
        try
        {
            return TensorFlowJsImporter.Import(model, savedModel);
        }
        catch (TensorFlowJsException e)
        {
            throw CliException.Usage(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"{savedModel} cannot be written: {e.Message}", e);
        }
    }

    private static void AddTo(Table table, string direction, IEnumerable<TensorSignature> tensors)
    {
        foreach (var tensor in tensors)
        {
            var shape = tensor.Shape is null ? "?" : $"[{string.Join(',', tensor.Shape)}]";
            table.AddTexts(direction, tensor.Name, TensorDataTypes.NameOf(tensor.DataType), shape);
        }
    }
}
