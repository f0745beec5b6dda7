using System.Diagnostics;
using System.Text.Json;
using MuLambda.Catalog;

namespace MuLambda.Client;

/// <summary>
/// Asks the platform for predictions on behalf of one client: the platform chooses the executor whose model fits the
/// client's criteria. Safe for concurrent use; one instance an application is enough.
/// </summary>
public sealed class MuLambdaClient : IDisposable
{
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
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new SelectRequest(criteria is null ? Id : null, items, criteria), ClientJson.Default.SelectRequest);
        var (response, _) = await _selector.PostAsync("v1/select", body, cancellationToken).ConfigureAwait(false);
        using (response)
        {
            return await ParseAsync(
                response,
                json => json.Deserialize(ClientJson.Default.Decision) ?? throw new FormatException("The answer is null."),
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
                $"v1/clients/{Uri.EscapeDataString(Id)}:infer", request.Body, cancellationToken).ConfigureAwait(false);
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
