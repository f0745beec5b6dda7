using Google.Protobuf;
using MuLambda.Inference;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Prediction;

/// <summary>The examples of a request as the string tensor that signatures parse.</summary>
internal static class Examples
{
    /// <summary>The number of examples.</summary>
    /// <exception cref="GrpcException">INVALID_ARGUMENT: there are none.</exception>
    public static int Count(Input? input)
    {
        var count = input?.KindCase switch
        {
            Input.KindOneofCase.ExampleList => input.ExampleList.Examples.Count,
            Input.KindOneofCase.ExampleListWithContext => input.ExampleListWithContext.Examples.Count,
            _ => 0,
        };
        return count > 0 ? count : throw new GrpcException(StatusCode.InvalidArgument, "Input is empty.");
    }

    /// <summary>The tensor, <c>string[examples]</c>; a context is merged into each example, whose own features win.</summary>
    /// <exception cref="GrpcException">INVALID_ARGUMENT: there are no examples.</exception>
    public static Tensor ToTensor(Input? input)
    {
        var serialized = new ReadOnlyMemory<byte>[Count(input)];
        var (examples, context) = input!.KindCase == Input.KindOneofCase.ExampleList
            ? (input.ExampleList.Examples, null)
            : (input.ExampleListWithContext.Examples, input.ExampleListWithContext.Context);
        for (var i = 0; i < serialized.Length; i++)
        {
            var example = examples[i];
            if (context is not null)
            {
                example = context.Clone();
                example.MergeFrom(examples[i]);
            }

            serialized[i] = example.ToByteArray();
        }

        return Tensor.FromStrings(serialized, [serialized.Length]);
    }
}
