using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>
/// Selects an executor for an inference, sends it there, and on failure to the next best one, within deadline and attempts. Where the model to choose has no
/// executor that is ready, or the last one failed, it waits for the first one.
/// </summary>
internal sealed partial class Forwarder(
    Selecting selecting,
    ExecutorConnections connections,
    ExecutorQueues queues,
    ClientOutsides outsides,
    Deadlines deadlines,
    ColdStartQueues coldStarts,
    DemandLedger ledger,
    RequestLog requests,
    SelectorTelemetry telemetry,
    IOptions<SelectorOptions> options,
    TimeProvider time,
    ILogger<Forwarder> logger)
{
    private readonly SelectorOptions _options = options.Value;

    /// <summary>Answers an inference.</summary>
    /// <param name="client">The client's id.</param>
    /// <param name="input">Its inputs.</param>
    /// <param name="arrived">When it arrived.</param>
    /// <param name="terms">What it says of how it is to be served; its time counts from then.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>Its answer, or that every candidate is full.</returns>
    /// <exception cref="RequestException">It ends with another problem.</exception>
    public async Task<ForwardResult> ForwardAsync(
        string client, InferenceInput input, long arrived, RequestTerms terms, CancellationToken cancellationToken)
    {
        var (timeout, priority, outsideMs) = terms;
        var slo = deadlines.SloOf(client);
        ClientOutside? outside = null;
        var ticket = default(DemandTicket);
        var cold = default(ColdWait);
        var within = timeout.Usual;
        List<string>? tried = null;
        List<string>? failures = null;
        TimeSpan? retryAfter = null;
        var failed = 0;
        var answeredErrors = 0;
        try
        {
            while (true)
            {
                var attempt = (failures?.Count ?? 0) + 1;
                var left = within - time.GetElapsedTime(arrived);
                if (left <= TimeSpan.Zero)
                {
                    throw DeadlinePassed(within, failures);
                }

                var snapshot = selecting.Snapshot;
                var demand = Selecting.DemandOf(snapshot, client);
                if (outside is null)
                {
                    // Of clients that there are: what anybody says must not be kept.
                    outside = outsides.Of(client);
                    if (outsideMs is { } toldMs)
                    {
                        outside.Told(toldMs);
                    }
                }

                var choice = attempt > _options.MaxAttempts ? default
                    : selecting.Choose(
                        snapshot, demand, input.Items, tried, left, timeout.WithColdStart - time.GetElapsedTime(arrived), cold.Model, readyWithin: left / 2);
                if (choice.Cold is { } awaited)
                {
                    within = choice.MayGoElsewhere ? within : timeout.WithColdStart;
                    ledger.AssignCold(ref ticket, awaited, input.Items, slo);
                    var patience = ColdStartTerms.PatienceOf(choice, within - time.GetElapsedTime(arrived));
                    cold = await cold.WaitAsync(
                        coldStarts, awaited, choice.MayGoElsewhere, input, client, priority, patience, time, cancellationToken);

                    // What failed before may have been started again meanwhile.
                    tried = null;
                    continue;
                }

                if (choice.Ready is not { } assignment)
                {
                    if (cold.Model is not null)
                    {
                        // What it waited for is there, but not for this request: any other will do.
                        cold = cold.ForAny();
                        continue;
                    }

                    if (failures is not null && failed == 0)
                    {
                        ledger.End(ref ticket, DemandOutcome.Bad);
                        return new ForwardResult(null, AllFull(failures, retryAfter));
                    }

                    throw failures is null ? selecting.NoCandidate(snapshot, demand, input.Items) : AllFailed(failures);
                }

                using var held = assignment;
                var decision = assignment.Decision;
                ledger.Assign(ref ticket, decision.Candidate, input.Items, slo);
                if (attempt > 1)
                {
                    telemetry.Retried(decision.Candidate.Executor.Id);
                }

                ModelInputs inputs;
                try
                {
                    inputs = cold.InputsOf(decision.Candidate.Model) ?? input.For(decision.Candidate.Model);
                }
                catch (RequestException e) when (attempt > 1)
                {
                    // The one before took the inputs, this one does not: it is no candidate for this request.
                    (tried ??= []).Add(decision.Candidate.Executor.Id);
                    (failures ??= []).Add($"{decision.Candidate.Executor.Id}: {e.Message}");
                    continue;
                }

                var share = Share(left, decision, attempt);
                var started = time.GetTimestamp();
                GrpcException failure;
                try
                {
                    var target = Target(Deadlines.TimeOf(slo) - time.GetElapsedTime(arrived), left);
                    var queued = queues.Of(decision.Candidate, inputs) is { } queue
                        ? await queue.PredictAsync(
                            decision.Candidate, inputs, new QueueTerms(client, attempt, priority, target, share, cold.Gathered, outside), cancellationToken)
                        : new QueueAnswer(await PredictAsync(client, attempt, decision, inputs, share, cold.Gathered, cancellationToken));
                    if (queued.Answer is { } answer)
                    {
                        Check(input, answer.Outputs);
                        var confidence = TensorConfidence.Of(answer.Outputs, labels: decision.Candidate.Model.Output == "label");
                        Complete(assignment, answer, started, snapshot, confidence);
                        var elapsedMs = time.GetElapsedTime(arrived).TotalMilliseconds;
                        ledger.End(ref ticket, elapsedMs <= (slo?.LatencyMs ?? double.PositiveInfinity) ? DemandOutcome.Good : DemandOutcome.Bad, elapsedMs);
                        return new ForwardResult(new Forwarded(
                            decision, inputs.Signature, answer.Outputs, attempt, requests.Remember(decision, client, confidence), cold.Waited));
                    }

                    failure = queued.Refusal!;
                }
                catch (GrpcException e)
                {
                    failure = e;
                }

                cancellationToken.ThrowIfCancellationRequested();
                if (failure.StatusCode is StatusCode.InvalidArgument or StatusCode.OutOfRange)
                {
                    assignment.Refused();
                    throw RequestException.Invalid(inputs.Field, failure.Message);
                }

                failed += failure.StatusCode == StatusCode.ResourceExhausted ? 0 : 1;
                retryAfter = failure.RetryAfter < retryAfter ? failure.RetryAfter : retryAfter ?? failure.RetryAfter;
                End(assignment, failure, time.GetElapsedTime(started), ref answeredErrors);
                (failures ??= []).Add($"{decision.Candidate.Executor.Id}: {failure.StatusCode}: {failure.Message}");
                (tried ??= []).Add(decision.Candidate.Executor.Id);

                // Too much to do is no failure, is told by metrics, and comes by thousands: lines would only take what is short.
                LogFailed(
                    logger, failure.StatusCode == StatusCode.ResourceExhausted ? LogLevel.Debug : LogLevel.Warning,
                    client, decision.Candidate.Executor.Id, attempt, failure.StatusCode, failure.Message);
                if (failure.StatusCode == StatusCode.DeadlineExceeded && share == left)
                {
                    throw DeadlinePassed(within, failures);
                }
            }
        }
        catch (Exception e)
        {
            ledger.End(ref ticket, OutcomeOf(e, slo, time.GetElapsedTime(arrived)));
            throw;
        }
        finally
        {
            cold.Gathered?.Leave();
        }
    }

    // What the caller got wrong, or did not wait for, says nothing of the platform.
    private static DemandOutcome OutcomeOf(Exception failure, Slo? slo, TimeSpan elapsed) => failure switch
    {
        RequestException { Status: StatusCodes.Status400BadRequest or StatusCodes.Status413PayloadTooLarge } => DemandOutcome.Unknown,
        OperationCanceledException when !(elapsed.TotalMilliseconds > slo?.LatencyMs) => DemandOutcome.Unknown,
        _ => DemandOutcome.Bad,
    };

    // What cannot share a batch goes alone, and teaches how long requests take behind each other.
    private async Task<BatchedAnswer> PredictAsync(
        string client, int attempt, Decision decision, ModelInputs inputs, TimeSpan timeout, GatheredRequest? gathered, CancellationToken cancellationToken)
    {
        gathered?.Leave();
        using var activity = SelectorTelemetry.StartForward(decision.Candidate, inputs.Items, default, [])
            ?.SetTag("mulambda.client", client).SetTag("mulambda.attempt", attempt);
        try
        {
            using var lease = connections.Take(decision.Candidate.Executor);
            var answer = await lease.Connection.PredictAsync(new Prediction(decision.Candidate.Model, inputs), timeout, cancellationToken);
            return new BatchedAnswer(answer.Outputs, new BatchAnswer { RequestsAhead = answer.RequestsAhead });
        }
        catch (GrpcException e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message).SetTag("rpc.grpc.status_code", (int)e.StatusCode);
            throw;
        }
    }

    private void Complete(Assignment assignment, BatchedAnswer answer, long started, SelectionSnapshot snapshot, double? confidence)
    {
        var elapsedMs = time.GetElapsedTime(started).TotalMilliseconds;
        var networkMs = snapshot.RoundTripMs(assignment.Decision.Candidate.Executor.Node, _options.Node);
        if (answer.Batch.Items > 0)
        {
            assignment.CompleteBatched(elapsedMs, answer.Batch, networkMs, confidence);
        }
        else
        {
            assignment.Complete(elapsedMs, networkMs, confidence, answer.Batch.RequestsAhead);
        }
    }

    // An answer that cannot be passed on is none: it must not count as the executor's success.
    private static void Check(InferenceInput input, IReadOnlyDictionary<string, TensorProto> outputs)
    {
        try
        {
            input.Check(outputs);
        }
        catch (InvalidDataException e)
        {
            throw new GrpcException(
                StatusCode.Internal, $"The answer cannot be written in the form of the request: {e.Message}", e);
        }
    }

    // What the queue aims at. An objective that is missed already says nothing: then the answer is wanted as long as the caller waits.
    private static TimeSpan Target(TimeSpan? objective, TimeSpan left) => objective > TimeSpan.Zero && objective < left ? objective.Value : left;

    // A silent executor must not use up the time in which another one could answer. Only where no
    // other is expected to answer in half of it one gets it whole.
    private TimeSpan Share(TimeSpan left, Decision decision, int attempt)
    {
        var half = left / 2;
        return attempt == _options.MaxAttempts || decision.Considered == 1 || decision.HopedMs > half.TotalMilliseconds ? left : half;
    }

    private void End(Assignment assignment, GrpcException failure, TimeSpan elapsed, ref int answeredErrors)
    {
        switch (failure.StatusCode)
        {
            case StatusCode.DeadlineExceeded:
                // A deadline too short for any executor says nothing against this one.
                assignment.TimeOut(
                    elapsed.TotalMilliseconds, unresponsive: elapsed.TotalMilliseconds >= _options.UnresponsiveAfterMs);
                break;
            case StatusCode.ResourceExhausted:
                // Full, not broken: it is left out of this request only.
                assignment.Refused();
                break;
            case StatusCode.Internal or StatusCode.Unknown when answeredErrors++ > 0:
                // Two executors fail at it: then it may be the request, which must not take all executors out one by one.
                assignment.Dispose();
                break;
            default:
                assignment.Fail();
                break;
        }
    }

    private static RequestException DeadlinePassed(TimeSpan timeout, List<string>? failures) => new(
        StatusCodes.Status504GatewayTimeout, "The deadline passed.",
        string.Create(CultureInfo.InvariantCulture, $"No executor answered within {timeout.TotalMilliseconds:0} ms{Tried(failures)}."));

    private static RequestException AllFailed(List<string> failures) => new(
        StatusCodes.Status503ServiceUnavailable, "Every candidate failed.",
        string.Create(CultureInfo.InvariantCulture, $"{failures.Count} failed{Tried(failures)}."))
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private static RequestException AllFull(List<string> failures, TimeSpan? retryAfter) => new(
        StatusCodes.Status429TooManyRequests, "Every candidate is full.",
        string.Create(CultureInfo.InvariantCulture, $"{failures.Count} take no more requests now{Tried(failures)}."))
    {
        // As soon as one of them takes requests again; one that does not know when is as good as the others.
        RetryAfter = retryAfter ?? TimeSpan.FromSeconds(1),
    };

    private static string Tried(List<string>? failures) => failures is null ? "" : $" ({string.Join("; ", failures)})";

    [LoggerMessage(EventId = 1, Message = "Attempt {Attempt} of an inference for {Client} failed at {Executor}: {Status}: {Reason}")]
    private static partial void LogFailed(
        ILogger logger, LogLevel level, string client, string executor, int attempt, StatusCode status, string reason);
}
