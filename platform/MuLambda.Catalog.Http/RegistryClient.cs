using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MuLambda.Catalog.Http;

/// <summary>
/// The registry's REST API, one method a call. A refusal is a <see cref="RegistryException"/>, a registry that cannot
/// be reached an <see cref="HttpRequestException"/>, an answer outside the contract an <see cref="InvalidDataException"/>.
/// The timeout of the <see cref="HttpClient"/> bounds every call as far as the answer's header; uploads of large
/// models need one that is long enough. Nothing is retried here.
/// </summary>
public sealed partial class RegistryClient
{
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <summary>Creates a client of the registry that <paramref name="http"/> has as its base address.</summary>
    /// <param name="http">Sends the requests; stays its owner's to dispose.</param>
    /// <param name="time">The clock of the feed's deadlines; null for the system's.</param>
    /// <exception cref="ArgumentException">There is no base address.</exception>
    public RegistryClient(HttpClient http, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.BaseAddress is null)
        {
            throw new ArgumentException("The HttpClient has no BaseAddress: the registry's URL.", nameof(http));
        }

        _http = http;
        _time = time ?? TimeProvider.System;
    }

    private async Task<T?> GetAsync<T>(string uri, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await SendAsync(HttpMethod.Get, uri, null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        await EnsureSuccessAsync(response, cancellationToken);
        return await BoundedContent.ReadJsonAsync(response, type, cancellationToken);
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(
        string uri, JsonTypeInfo<IReadOnlyList<T>> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, uri, null, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return await BoundedContent.ReadJsonAsync(response, type, cancellationToken);
    }

    private Task<Registered<T>> PutAsync<T>(
        string uri, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        PutAsync(uri, value, type, leadershipToken: null, cancellationToken);

    private async Task<Registered<T>> PutAsync<T>(
        string uri, T value, JsonTypeInfo<T> type, long? leadershipToken, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Put, uri, Json(value, type), leadershipToken, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        var stored = await BoundedContent.ReadJsonAsync(response, type, cancellationToken);
        return new Registered<T>(stored, response.StatusCode == HttpStatusCode.Created);
    }

    /// <summary>Sends what has no answer but whether the noun is there.</summary>
    private async Task<bool> TellAsync(
        HttpMethod method, string uri, HttpContent? content, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, uri, content, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        await EnsureSuccessAsync(response, cancellationToken);
        return true;
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string uri, HttpContent? content, CancellationToken cancellationToken) =>
        SendAsync(method, uri, content, leadershipToken: null, cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string uri, HttpContent? content, long? leadershipToken, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, uri) { Content = content };
        if (leadershipToken is { } token)
        {
            request.Headers.Add(LeadershipHeader.Name, LeadershipHeader.Format(LeadershipHeader.Scaler, token));
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw await BoundedContent.ReadProblemAsync(response, cancellationToken);
        }
    }

    private static ByteArrayContent Json<T>(T value, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, type))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };

    private static string Escape(string segment)
    {
        ArgumentException.ThrowIfNullOrEmpty(segment);
        return Uri.EscapeDataString(segment);
    }

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return query.ToString();
    }
}
