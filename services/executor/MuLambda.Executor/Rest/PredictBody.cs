using MuLambda.Executor.Prediction;
using MuLambda.Inference;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Rest;

/// <summary>The bodies of <c>:predict</c>: JSON to a model's input, and its outputs to JSON.</summary>
internal static class PredictBody
{
    /// <summary>Reads the input of the signature that the body names; the caller disposes it.</summary>
    /// <exception cref="GrpcException">INVALID_ARGUMENT or RESOURCE_EXHAUSTED: the body is no JSON, does not fit the signature, or exceeds a limit.</exception>
    public static (PredictionInput Input, PredictJsonFormat Format) Read(ReadOnlySpan<byte> body, LoadedModel model, PredictJsonLimits limits)
    {
        try
        {
            var request = PredictJson.ReadRequest(body, signature => InputsOf(model, signature), limits);
            return (InputOf(request), request.Format);
        }
        catch (PredictJsonException e)
        {
            throw new GrpcException(StatusCode.InvalidArgument, e.Message, e);
        }
    }

    /// <summary>The outputs as messages that borrow their memory; JSON is written from there.</summary>
    public static KeyValuePair<string, TensorProto>[] Borrow(ModelOutputs outputs)
    {
        var borrowed = new KeyValuePair<string, TensorProto>[outputs.Count];
        for (var i = 0; i < borrowed.Length; i++)
        {
            borrowed[i] = new(outputs[i].Name, outputs[i].Tensor.BorrowAsTensorProto());
        }

        return borrowed;
    }

    private static TensorSignature[] InputsOf(LoadedModel model, string name)
    {
        var signature = SignatureChecks.Find(model, name)
            ?? throw new GrpcException(
                StatusCode.InvalidArgument, $"Serving signature name: \"{name}\" not found in signature def");
        var inputs = new TensorSignature[signature.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = signature.Inputs[i];
            inputs[i] = new TensorSignature(input.Name, input.DType.ToTensorFlow(), input.AnyShape ? null : input.Shape);
        }

        return inputs;
    }

    private static PredictionInput InputOf(PredictJsonRequest request)
    {
        var input = new PredictionInput(request.SignatureName, []);
        try
        {
            foreach (var (name, proto) in request.Inputs)
            {
                input.Add(name, proto.ToTensor(name));
            }

            return input;
        }
        catch (InferenceException e)
        {
            input.Dispose();
            throw new GrpcException(SignatureChecks.StatusOf(e.Error), e.Message, e);
        }
    }
}
