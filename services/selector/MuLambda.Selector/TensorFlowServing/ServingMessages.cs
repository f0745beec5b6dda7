using MuLambda.Catalog;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector;

/// <summary>A client as TensorFlow Serving's messages tell of a model.</summary>
internal static class ServingMessages
{
    public static ModelSpec SpecOf(string client, string signature) =>
        new() { Name = client, Version = ClientModel.Version, SignatureName = signature };

    /// <summary>Available while something could answer.</summary>
    public static GetModelStatusResponse StatusOf(ClientModel client) => new()
    {
        ModelVersionStatus =
        {
            new ModelVersionStatus
            {
                Version = ClientModel.Version,
                State = client.Unavailable is null ? ModelVersionStatus.Types.State.Available : ModelVersionStatus.Types.State.Start,
                Status = new StatusProto
                {
                    ErrorCode = client.Unavailable is null ? Code.Ok : Code.Unavailable,
                    ErrorMessage = client.Unavailable ?? string.Empty,
                },
            },
        },
    };

    public static SignatureDefMap SignaturesOf(ClientModel client)
    {
        var map = new SignatureDefMap();
        foreach (var signature in client.Signatures)
        {
            var definition = new SignatureDef { MethodName = SignatureMethods.Predict };
            foreach (var input in signature.Inputs)
            {
                definition.Inputs.Add(input.Name, Of(input));
            }

            foreach (var output in signature.Outputs)
            {
                definition.Outputs.Add(output.Name, Of(output));
            }

            map.SignatureDef.Add(signature.Name, definition);
        }

        return map;
    }

    private static TensorInfo Of(TensorSpec tensor)
    {
        var shape = new TensorShapeProto { UnknownRank = tensor.Shape is null };
        foreach (var size in tensor.Shape ?? [])
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dim { Size = size });
        }

        _ = TensorDataTypes.TryParse(tensor.DType, out var type);
        return new TensorInfo { Name = tensor.Name, Dtype = type, TensorShape = shape };
    }
}
