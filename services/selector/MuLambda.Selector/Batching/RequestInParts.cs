using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector;

/// <summary>Answers a request with more examples than a batch may have: as many requests as it takes, and the answers behind each other again.</summary>
internal static class RequestInParts
{
    /// <summary>Answers a request in parts.</summary>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="most">The examples of a part, at most.</param>
    /// <param name="predict">Answers a part.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <exception cref="GrpcException">A part was not answered, or the answer is not by example.</exception>
    public static async Task<BatchedAnswer> PredictAsync(
        ModelInputs inputs, int most, Func<ModelInputs, CancellationToken, Task<BatchedAnswer>> predict, CancellationToken cancellationToken)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var all = TensorsByExample.Of(inputs.Tensors, inputs.Items)
            ?? throw new GrpcException(StatusCode.InvalidArgument, "The first dimension of an input is not the number of examples.");
        var parts = new List<Task<BatchedAnswer>>((inputs.Items + most - 1) / most);
        for (var start = 0; start < inputs.Items; start += most)
        {
            var items = Math.Min(most, inputs.Items - start);
            parts.Add(predict(inputs with { Items = items, Tensors = all.Part(start, items) }, others.Token));
        }

        var answers = new List<BatchedAnswer>(parts.Count);
        try
        {
            foreach (var part in parts)
            {
                answers.Add(await part);
            }
        }
        catch
        {
            // One failed: the request has, and the others are not wanted.
            await others.CancelAsync();
            await ((Task)Task.WhenAll(parts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            throw;
        }

        foreach (var (i, answer) in answers.Index())
        {
            // Else nobody could tell where an example's outputs are.
            _ = TensorsByExample.Of(answer.Outputs, Math.Min(most, inputs.Items - (i * most)))
                ?? throw new GrpcException(StatusCode.Internal, "The executor's outputs are not by example.");
        }

        return answers[0] with { Outputs = TensorsByExample.Join([.. answers.Select(answer => answer.Outputs)]) };
    }
}
