using System.Diagnostics;
using Microsoft.Extensions.Options;
using MuLambda.Protocol;

namespace MuLambda.Selector;

/// <summary>What the inferences of all fronts over REST share: admission, the body's limits, the deadline, the objective, the span.</summary>
internal sealed class RestFront(
    Forwarder forwarder,
    ConcurrencyGate gate,
    Deadlines deadlines,
    SelectorTelemetry telemetry,
    SloTrackers slos,
    TimeProvider time,
    IOptions<SelectorOptions> options)
{
    /// <summary>Answers an inference.</summary>
    /// <typeparam name="TInput">What the front makes of a body.</typeparam>
    /// <param name="context">The request.</param>
    /// <param name="front">The front's name, for the span.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="read">Makes an input of a body, which lives until the answer is written.</param>
    /// <param name="write">Writes the answer.</param>
    public Task InferAsync<TInput>(
        HttpContext context,
        string front,
        string client,
        Func<ReadOnlyMemory<byte>, TInput> read,
        Func<TInput, Forwarded, Task> write)
        where TInput : InferenceInput =>
        Endpoint.RunAsync(
            context,
            telemetry,
            time,
            "infer",
            async arrived =>
            {
                using var activity = SelectorTelemetry.StartInfer(front, client);
                try
                {
                    var terms = RequestTerms.Of(context.Request, deadlines.Of(context.Request, client));
                    using var place = gate.Enter();
                    using var body = await BoundedBody.ReadAsync(
                        context, options.Value.MaxRequestBytes, terms.Timeout.Usual, time.GetElapsedTime(arrived));
                    var input = read(body.WrittenMemory);
                    var result = await forwarder.ForwardAsync(client, input, arrived, terms, context.RequestAborted);
                    if (result.Forwarded is not { } forwarded)
                    {
                        activity?.SetStatus(ActivityStatusCode.Error, result.Refused!.Message);
                        await Endpoint.RefuseAsync(context, result.Refused!, ErrorResults.WriteAsync);
                        return;
                    }

                    SelectorTelemetry.Inferred(activity, forwarded);
                    DecisionHeaders.Add(context.Response.Headers, forwarded, time.GetElapsedTime(arrived));
                    await write(input, forwarded);
                }
                catch (RequestException problem)
                {
                    activity?.SetStatus(ActivityStatusCode.Error, problem.Message).SetTag("error.type", problem.Title);
                    throw;
                }
            },
            (status, elapsed) => slos.Ended(client, status, elapsed),
            ErrorResults.WriteAsync);

    /// <summary>Writes an answer that is there.</summary>
    public static async Task WriteAsync(HttpContext context, PooledBuffer body, string contentType = "application/json")
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    /// <summary>Turns problems of what infers nothing into answers.</summary>
    public static RequestDelegate Answering(RequestDelegate answer) => async context =>
    {
        try
        {
            await answer(context);
        }
        catch (RequestException problem)
        {
            await ErrorResults.WriteAsync(context, problem);
        }
    };
}
