using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MuLambda.Catalog;
using MuLambda.Prober.Net;

namespace MuLambda.Prober.Executors;

/// <summary>Looks at an executor through TensorFlow Serving's model status API.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="timeout">How long an answer may take.</param>
/// <param name="time">The clock.</param>
internal sealed class ModelStatusReader(HttpClient http, TimeSpan timeout, TimeProvider time)
{
    private const string AvailableState = "AVAILABLE";

    public async Task<Observation> LookAsync(ExecutorTarget target, CatalogSnapshot catalog, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(target.Models.In(catalog).Select(
            model => LookAsync(target.Rest, model, target.Models.IsOptional(model), cancellationToken)));
        if (answers.OfType<Observation.Unanswered>().OrderByDescending(answer => answer.Refused).FirstOrDefault() is { } unanswered)
        {
            return unanswered;
        }

        var answered = answers.OfType<Observation.Answered>().ToList();
        var missing = string.Join(" ", answered.Select(answer => answer.Missing).Where(text => text is not null));
        return new Observation.Answered(
            [.. answered.SelectMany(answer => answer.Available)], missing.Length == 0 ? null : missing);
    }

    private async Task<Observation> LookAsync(Uri rest, string model, bool optional, CancellationToken cancellationToken)
    {
        try
        {
            return await Deadline.WithinAsync<Observation>(
                timeout,
                time,
                async token =>
                {
                    using var response = await http.GetAsync(
                        new Uri(Untraced.AsBase(rest), $"v1/models/{Uri.EscapeDataString(model)}"), token);
                    return response.StatusCode switch
                    {
                        HttpStatusCode.OK => Read(model, await response.Content.ReadAsByteArrayAsync(token)),
                        HttpStatusCode.NotFound when optional => new Observation.Answered([]),
                        HttpStatusCode.NotFound => new Observation.Answered([], $"It does not have the model '{model}'."),
                        var status => new Observation.Unanswered($"It answers {(int)status} when asked for the status of '{model}'."),
                    };
                },
                cancellationToken);
        }
        catch (TimeoutException exception)
        {
            return new Observation.Unanswered($"It does not answer: {exception.Message}.");
        }
        catch (HttpRequestException exception)
        {
            var refused = exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            return new Observation.Unanswered(
                refused ? "It does not answer: the connection is refused." : $"It does not answer: {exception.Message}", refused);
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            return new Observation.Unanswered($"Its status of '{model}' cannot be read: {exception.Message}");
        }
    }

    private static Observation.Answered Read(string model, byte[] json)
    {
        var status = JsonSerializer.Deserialize(json, ModelStatusJson.Default.ModelStatus)
            ?? throw new JsonException("It is null.");
        var listed = status.Versions ?? [];
        var versions = listed.OfType<ModelVersionStatus>().ToList();
        if (versions.Count < listed.Count || versions.Exists(version => version.State is null))
        {
            throw new JsonException("It has a version without a state.");
        }

        var available = versions.Where(version => version.State == AvailableState)
            .Select(version => version.Version)
            .Distinct()
            .OrderDescending()
            .Select(version => new ModelReference(model, version))
            .ToList();
        return available.Count > 0
            ? new Observation.Answered(available)
            : new Observation.Answered([], Describe(model, versions));
    }

    private static string Describe(string model, IReadOnlyList<ModelVersionStatus> versions) =>
        versions.MaxBy(version => version.Version) is { } newest
            ? string.IsNullOrEmpty(newest.Status?.Message)
                ? $"Version {newest.Version} of '{model}' is {newest.State}."
                : $"Version {newest.Version} of '{model}' is {newest.State}: {newest.Status.Message}"
            : $"It has no version of '{model}'.";
}
