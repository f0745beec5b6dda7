using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace MuLambda.Catalog.Http;

public sealed partial class RegistryClient
{
    /// <summary>Uploads a model version.</summary>
    /// <param name="upload">What is declared of the model.</param>
    /// <param name="artifact">A zip, a tar or a gzipped tar of the model's directory, or of one ONNX file; read from its position to its end.</param>
    /// <param name="progress">Told the number of bytes sent so far; null for nobody.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The model as registered; not created where the same artifact and traits were there already.</returns>
    /// <exception cref="RegistryException">409: the version exists with other content; 413: too large; 422: not a
    /// loadable model, the detail names why.</exception>
    public async Task<Registered<Model>> PutModelAsync(
        ModelUpload upload,
        Stream artifact,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(upload);
        ArgumentNullException.ThrowIfNull(artifact);
        var uri = ModelUri(upload.Name, upload.Version) + Query(
            ("task", upload.Traits.Task),
            ("input", upload.Traits.Input),
            ("output", upload.Traits.Output),
            ("metric", upload.Accuracy.Metric),
            ("accuracy", upload.Accuracy.Value.ToString("R", CultureInfo.InvariantCulture)),
            ("dataset", upload.Accuracy.Dataset),
            ("description", upload.Description));
        using var request = new HttpRequestMessage(HttpMethod.Put, uri)
        {
            Content = new UploadContent(artifact, progress),
        };

        // A refusal that needs no look at the body comes before the body is sent.
        request.Headers.ExpectContinue = true;
        using var response = await _http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        var model = await BoundedContent.ReadJsonAsync(response, CatalogJson.Default.Model, cancellationToken);
        return new Registered<Model>(model, response.StatusCode == HttpStatusCode.Created);
    }

    /// <summary>Lists model versions by name and version.</summary>
    /// <param name="task">Only models of this task; null for all.</param>
    /// <param name="input">Only models that read this modality; null for all.</param>
    /// <param name="output">Only models that answer with this modality; null for all.</param>
    /// <param name="name">Only versions of this model; null for all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The model versions.</returns>
    public Task<IReadOnlyList<Model>> ListModelsAsync(
        string? task = null,
        string? input = null,
        string? output = null,
        string? name = null,
        CancellationToken cancellationToken = default) =>
        ListAsync(
            "v1/models" + Query(("task", task), ("input", input), ("output", output), ("name", name)),
            CatalogJson.Default.IReadOnlyListModel,
            cancellationToken);

    /// <summary>Lists a model's versions, newest first.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The versions; none where the model is not known.</returns>
    public async Task<IReadOnlyList<Model>> ListModelVersionsAsync(
        string name, CancellationToken cancellationToken = default) =>
        await GetAsync($"v1/models/{Escape(name)}", CatalogJson.Default.IReadOnlyListModel, cancellationToken) ?? [];

    /// <summary>Reads one model version.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="version">The version; null for the newest.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The model; null where it is not known.</returns>
    public Task<Model?> GetModelAsync(
        string name, long? version = null, CancellationToken cancellationToken = default) =>
        GetAsync(ModelUri(name, version), CatalogJson.Default.Model, cancellationToken);

    /// <summary>Downloads a model's artifact, a tar with the model's files at its root, and checks its SHA-256.</summary>
    /// <param name="model">The model as the registry describes it.</param>
    /// <param name="destination">Where the tar is written. After an exception what was written must not be used.</param>
    /// <param name="progress">Told the number of bytes received so far; null for nobody.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RegistryException">404: the model version is gone.</exception>
    /// <exception cref="InvalidDataException">What came does not have the model's SHA-256.</exception>
    public async Task DownloadArtifactAsync(
        Model model,
        Stream destination,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(destination);
        using var response = await SendAsync(
            HttpMethod.Get, ModelUri(model.Name, model.Version) + "/artifact", null, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        await using var source = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        long received = 0;
        while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            received += read;
            progress?.Report(received);
        }

        var actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (actual != model.Sha256)
        {
            throw new InvalidDataException(
                $"The artifact of {model.Reference} has the SHA-256 {actual}, not {model.Sha256} as registered.");
        }
    }

    /// <summary>Deletes a model version.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where it was not there.</returns>
    /// <exception cref="RegistryException">409: an executor serves it.</exception>
    public Task<bool> DeleteModelAsync(string name, long version, CancellationToken cancellationToken = default) =>
        TellAsync(HttpMethod.Delete, ModelUri(name, version), null, cancellationToken);

    private static string ModelUri(string name, long? version) =>
        string.Create(
            CultureInfo.InvariantCulture, $"v1/models/{Escape(name)}/versions/{version?.ToString(CultureInfo.InvariantCulture) ?? "latest"}");
}
