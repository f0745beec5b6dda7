using System.Diagnostics;
using System.Net;
using System.Text.Json;
using MuLambda.Catalog;

namespace MuLambda.Client;

/// <summary>
/// Asks the platform for predictions on behalf of one client: the platform chooses the executor whose model fits the
/// client's criteria. Safe for concurrent use; one instance an application is enough.
/// </summary>
public sealed class MuLambdaClient : IDisposable
{
    private const string FeedbackPath = "v1/feedback";
    private const int MaxFeedbacks = 1000;

    private readonly SelectorConnection _selector;
    private readonly TimeProvider _time;

    /// <summary>Creates a client without a host: nothing is registered and no probe is answered.</summary>
    /// <param name="id">The id under which the client's criteria are registered.</param>
    /// <param name="selector">The selector's base URL.</param>
    /// <param name="options">The limits of a call; the defaults where null.</param>
    /// <param name="time">The clock of deadlines and retries; the system's where null.</param>
    /// <exception cref="ArgumentException">The id is empty, the address is no http URL or an option is out of range.</exception>
    public MuLambdaClient(string id, Uri selector, CallOptions? options = null, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        Id = id;
        _time = time ?? TimeProvider.System;
        _selector = new SelectorConnection(selector, options ?? new CallOptions(), _time);
    }

    /// <summary>The id under which the client's criteria are registered.</summary>
    public string Id { get; }

    /// <summary>Asks which executor would answer, without calling it.</summary>
    /// <param name="items">How many examples the request will carry.</param>
    /// <param name="criteria">Criteria to use in place of the registered ones; null for the registered.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The decision, with the endpoints to call.</returns>
    /// <exception cref="MuLambdaException">The call failed; with status 404 no candidate was left, and
    /// <see cref="MuLambdaException.Excluded"/> names the criteria that excluded the last ones.</exception>
    public async Task<Decision> SelectAsync(
        int items = 1, Criteria? criteria = null, CancellationToken cancellationToken = default)
    {
        return await SelectAsync("v1/select", items, criteria, DecisionOf, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks which executor would answer, as <see cref="SelectAsync(int, Criteria?, CancellationToken)"/> does, and how every candidate stood.</summary>
    /// <param name="items">How many examples the request will carry.</param>
    /// <param name="criteria">Criteria to use in place of the registered ones; null for the registered.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The decision, and every candidate with the reason why it was or was not chosen.</returns>
    /// <exception cref="MuLambdaException">The call failed; where no candidate was left, <see cref="MuLambdaException.Candidates"/> says why
    /// of each.</exception>
    public async Task<Explanation> ExplainAsync(
        int items = 1, Criteria? criteria = null, CancellationToken cancellationToken = default)
    {
        return await SelectAsync(
            "v1/select?explain=true",
            items,
            criteria,
            json => new Explanation(DecisionOf(json), json.TryGetProperty("candidates", out var candidates)
                && candidates.Deserialize(ClientJson.Default.IReadOnlyListCandidateReport) is { } reports
                    ? reports
                    : throw new FormatException("The answer has no \"candidates\"."))
            {
                Cold = (json.TryGetProperty("cold", out var cold) ? cold.Deserialize(ClientJson.Default.IReadOnlyListColdCandidateReport) : null) ?? [],
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells the platform of a request how right its answer was, how long it took or that it failed.</summary>
    /// <param name="requestId">The id of the decision (<see cref="Decision.RequestId"/>).</param>
    /// <param name="feedback">What to tell.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where the platform knew that of the request already; then nothing has changed.</returns>
    /// <exception cref="MuLambdaException">The call failed; with status 404 the selector does not know the request, or not any
    /// more.</exception>
    public async Task<bool> FeedbackAsync(string requestId, Feedback feedback, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(feedback);
        var body = JsonSerializer.SerializeToUtf8Bytes(feedback.ToBody(requestId), ClientJson.Default.FeedbackBody);
        try
        {
            var (response, _) = await _selector.PostAsync(FeedbackPath, body, cancellationToken).ConfigureAwait(false);
            response.Dispose();
            return true;
        }
        catch (MuLambdaException e) when (e.Status == HttpStatusCode.Conflict)
        {
            // It may have been this very call, sent again after its answer was lost.
            return false;
        }
    }

    /// <summary>Tells the platform of several requests at once.</summary>
    /// <param name="feedbacks">What to tell of which request; from 1 to 1000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What became of each, in their order.</returns>
    /// <exception cref="MuLambdaException">The call failed; with status 400 one of them is not valid, and none counted.</exception>
    public async Task<IReadOnlyList<FeedbackResult>> FeedbackAsync(
        IReadOnlyList<RequestFeedback> feedbacks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(feedbacks);
        ArgumentOutOfRangeException.ThrowIfZero(feedbacks.Count, nameof(feedbacks));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(feedbacks.Count, MaxFeedbacks, nameof(feedbacks));
        var body = JsonSerializer.SerializeToUtf8Bytes(
            [.. feedbacks.Select(told => told.Feedback.ToBody(told.RequestId))], ClientJson.Default.IReadOnlyListFeedbackBody);
        var (response, _) = await _selector.PostAsync(FeedbackPath, body, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            return await ParseAsync(
                response,
                json => json.Deserialize(ClientJson.Default.FeedbackResults)?.Results ?? throw new FormatException("The answer is null."),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has a model predict.</summary>
    /// <param name="request">The examples.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The predictions, the decision behind them and what was observed.</returns>
    /// <exception cref="MuLambdaException">The call failed, after the retries that fit the deadline.</exception>
    public async Task<InferResult> InferAsync(InferRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var start = _time.GetTimestamp();
        using var activity = ClientTelemetry.StartInfer(Id, request.Items);
        try
        {
            var (response, attempts) = await _selector.PostAsync(
                $"v1/clients/{Uri.EscapeDataString(Id)}:infer", request.Body, request.Priority, cancellationToken).ConfigureAwait(false);
            using (response)
            {
                var elapsed = _time.GetElapsedTime(start);
                var result = await ParseAsync(response, json => InferResult.Parse(json, elapsed), cancellationToken)
                    .ConfigureAwait(false);
                activity?.SetTag("mulambda.attempt", attempts);
                activity?.Describe(result.Decision);
                return result;
            }
        }
        catch (Exception e) when (RecordFailure(activity, e))
        {
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _selector.Dispose();

    private async Task<T> SelectAsync<T>(
        string path, int items, Criteria? criteria, Func<JsonElement, T> parse, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new SelectRequest(criteria is null ? Id : null, items, criteria), ClientJson.Default.SelectRequest);
        var (response, _) = await _selector.PostAsync(path, body, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            return await ParseAsync(response, parse, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Decision DecisionOf(JsonElement json) =>
        json.Deserialize(ClientJson.Default.Decision) ?? throw new FormatException("The answer is null.");

    private static async Task<T> ParseAsync<T>(
        HttpResponseMessage response, Func<JsonElement, T> parse, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            using var document = JsonDocument.Parse(body);
            return parse(document.RootElement.Clone());
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new MuLambdaException(
                MuLambdaFailure.InvalidAnswer, $"{response.RequestMessage?.RequestUri} answered something else: {e.Message}", e);
        }
    }

    private static bool RecordFailure(Activity? activity, Exception exception)
    {
        activity?.Fail(exception);
        return false;
    }
}
