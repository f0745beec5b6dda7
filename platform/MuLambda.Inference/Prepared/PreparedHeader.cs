using System.Text.Json.Serialization;

namespace MuLambda.Inference.Prepared;

/// <summary>What a prepared model's file says about itself.</summary>
/// <param name="Machine">What it was prepared for.</param>
/// <param name="Format">The format of the files that it was prepared from.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Signatures">The signatures and where their graphs are.</param>
/// <param name="Attachment">Where the caller's bytes are.</param>
internal sealed record PreparedHeader(
    string Machine, string Format, long Bytes, IReadOnlyList<PreparedSignature> Signatures, PreparedSlice Attachment);

/// <summary>A signature of a prepared model.</summary>
/// <param name="Description">The signature.</param>
/// <param name="GraphInputs">For each graph input, the signature's input that feeds it.</param>
/// <param name="GraphOutputs">For each output of the signature, the position of the graph's output.</param>
/// <param name="Graph">Where its graph is, in the runtime's own format.</param>
internal sealed record PreparedSignature(
    SignatureDescription Description, IReadOnlyList<string> GraphInputs, IReadOnlyList<int> GraphOutputs, PreparedSlice Graph);

/// <summary>A part of the file.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct PreparedSlice(int Offset, int Length);

/// <summary>The header as JSON.</summary>
[JsonSerializable(typeof(PreparedHeader))]
internal sealed partial class PreparedJson : JsonSerializerContext;
