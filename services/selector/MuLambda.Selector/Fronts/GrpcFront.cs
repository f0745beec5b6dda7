using System.Diagnostics;
using Microsoft.Extensions.Options;
using MuLambda.Protocol.Grpc;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Selector;

/// <summary>What the inferences of all fronts over gRPC share: admission, the message's limits, the deadline, the objective, the span.</summary>
internal sealed class GrpcFront(
    Forwarder forwarder,
    ConcurrencyGate gate,
    Deadlines deadlines,
    SelectorTelemetry telemetry,
    SloTrackers slos,
    TimeProvider time,
    IOptions<SelectorOptions> options)
{
    private const int MaxAnswerBytes = 256 * 1024 * 1024;

    /// <summary>The limits of a method that infers.</summary>
    /// <param name="front">The front's name, for the span.</param>
    public GrpcServerOptions Limits(string front) => new()
    {
        MaxReceiveBytes = options.Value.MaxRequestBytes,
        MaxSendBytes = MaxAnswerBytes,
        ReadTimeout = context => Explained(() => deadlines.OfSending(context.Request)),
        Admit = () => new Admitted(Explained(gate.Enter), SelectorTelemetry.StartInfer(front, client: null)),
        Ended = (status, elapsed) => telemetry.Ended("infer", GrpcProblems.HttpStatusOf(status), elapsed),
    };

    /// <summary>Forwards an inference.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="input">Its inputs.</param>
    /// <param name="call">The call, whose answer's metadata gets the decision.</param>
    /// <returns>Its answer; null where it was refused, which is then the call's end.</returns>
    /// <exception cref="RequestException">It ends with another problem.</exception>
    public async Task<Forwarded?> ForwardAsync(string client, InferenceInput input, GrpcServerContext call)
    {
        var activity = Activity.Current?.Source.Name == SelectorTelemetry.Name ? Activity.Current : null;
        SelectorTelemetry.Asked(activity, client);
        var context = call.HttpContext;
        var terms = RequestTerms.Of(context.Request, deadlines.Of(context.Request, client, call.Timeout));

        var status = StatusCodes.Status500InternalServerError;
        ForwardResult result;
        try
        {
            // The forwarder keeps the deadline itself: it has to tell an executor that is silent from a caller that went away.
            result = await forwarder.ForwardAsync(client, input, call.Arrived, terms, context.RequestAborted);
            status = result.Refused?.Status ?? StatusCodes.Status200OK;
        }
        catch (RequestException problem)
        {
            status = problem.Status;
            throw;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            status = StatusCodes.Status499ClientClosedRequest;
            throw;
        }
        finally
        {
            slos.Ended(client, status, time.GetElapsedTime(call.Arrived));
        }

        if (result.Forwarded is not { } forwarded)
        {
            var refused = result.Refused!;
            activity?.SetStatus(ActivityStatusCode.Error, refused.Message).SetTag("error.type", refused.Title);
            call.Failure = GrpcProblems.Of(refused);
            return null;
        }

        SelectorTelemetry.Inferred(activity, forwarded);
        DecisionHeaders.Add(context.Response.Headers, forwarded, time.GetElapsedTime(call.Arrived));
        return forwarded;
    }

    /// <summary>Turns a handler's problems into statuses.</summary>
    public static Func<TRequest, GrpcServerContext, Task<TResponse>> Answering<TRequest, TResponse>(
        Func<TRequest, GrpcServerContext, Task<TResponse>> answer) => async (request, call) =>
    {
        try
        {
            return await answer(request, call);
        }
        catch (RequestException problem)
        {
            Activity.Current?.SetStatus(ActivityStatusCode.Error, problem.Message).SetTag("error.type", problem.Title);
            throw GrpcProblems.Of(problem);
        }
    };

    private static T Explained<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (RequestException problem)
        {
            throw GrpcProblems.Of(problem);
        }
    }

    /// <summary>A call's place, and its span.</summary>
    private sealed class Admitted(ConcurrencyGate.Place place, Activity? activity) : IDisposable
    {
        public void Dispose()
        {
            activity?.Dispose();
            place.Dispose();
        }
    }
}
