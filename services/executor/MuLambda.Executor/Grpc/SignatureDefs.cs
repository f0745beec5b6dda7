using MuLambda.Inference;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Grpc;

/// <summary>The signatures of a model as TensorFlow writes them.</summary>
internal static class SignatureDefs
{
    public static SignatureDefMap Of(ModelDescription model)
    {
        var map = new SignatureDefMap();
        foreach (var signature in model.Signatures)
        {
            var definition = new SignatureDef { MethodName = signature.MethodName };
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

        return new TensorInfo { Name = tensor.GraphName, Dtype = tensor.DType.ToTensorFlow(), TensorShape = shape };
    }
}
