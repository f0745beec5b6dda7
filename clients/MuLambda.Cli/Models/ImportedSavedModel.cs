using MuLambda.Catalog;
using MuLambda.Protocol.Tensors;
using MuLambda.TensorFlowJs;

namespace MuLambda.Cli.Models;

/// <summary>What an import wrote, as scripts read it.</summary>
/// <param name="File">The <c>saved_model.pb</c>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Inputs">What the signature <c>serving_default</c> takes.</param>
/// <param name="Outputs">What it answers with.</param>
internal sealed record ImportedSavedModel(
    string File, long Bytes, IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs)
{
    public static ImportedSavedModel Of(ImportedModel model) => new(model.File, model.Bytes, Of(model.Inputs), Of(model.Outputs));

    private static IReadOnlyList<TensorSpec> Of(IEnumerable<TensorSignature> tensors) =>
        [.. tensors.Select(tensor => new TensorSpec(tensor.Name, TensorDataTypes.NameOf(tensor.DataType), tensor.Shape))];
}
