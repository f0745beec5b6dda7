using System.Net;
using System.Threading.RateLimiting;
using MuLambda.Catalog;
using MuLambda.Catalog.Metadata;
using MuLambda.Registry.Configuration;
using MuLambda.Registry.Models.Archives;
using MuLambda.Registry.Problems;
using MuLambda.Registry.Storage;

namespace MuLambda.Registry.Models;

/// <summary>Takes an upload from the body of a request to a registered model.</summary>
internal sealed partial class ModelUploads(
    RegistryOptions options,
    NounStore nouns,
    ModelArtifacts artifacts,
    UploadWorkspace workspace,
    TimeProvider time,
    ILogger<ModelUploads> logger) : IAsyncDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.ConcurrentUploads,
        QueueLimit = options.QueuedUploads,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private readonly ArchiveLimits _limits = new(options.MaxUnpackedBytes, options.MaxEntries, options.MaxUnpackRatio);

    /// <summary>Registers the model in a request's body.</summary>
    /// <returns>The model, and whether it was not there before.</returns>
    public async Task<(Model Model, bool Created)> TakeAsync(HttpContext context, DeclaredModel declared)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(options.UploadTimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        try
        {
            // What no body can mend is said before the body is asked for.
            await RefuseOtherTraitsAsync(declared, either.Token);
            using var turn = await _limiter.AcquireAsync(1, either.Token);
            return turn.IsAcquired
                ? await TakeAsync(context, declared, either.Token)
                : throw new ProblemException(
                    HttpStatusCode.TooManyRequests,
                    $"{options.ConcurrentUploads} uploads are worked on and {options.QueuedUploads} wait; no more are taken.");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new ProblemException(
                HttpStatusCode.RequestTimeout, $"The upload took longer than {options.UploadTimeoutSeconds} s.");
        }
    }

    public ValueTask DisposeAsync() => _limiter.DisposeAsync();

    private async Task<(Model Model, bool Created)> TakeAsync(
        HttpContext context, DeclaredModel declared, CancellationToken cancellationToken)
    {
        using var upload = workspace.Create();
        await ReceiveAsync(context, upload.Body, cancellationToken);
        long bytes;
        try
        {
            bytes = await ArchiveUnpacker.UnpackAsync(upload, _limits, cancellationToken);
        }
        catch (ArchiveException exception)
        {
            throw new ProblemException(
                exception.TooLarge ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.UnprocessableEntity,
                exception.Message);
        }

        File.Delete(upload.Body);
        var root = ModelInspector.FindRoot(upload.Files);
        var (format, signatures) = await ModelInspector.InspectAsync(
            root, options.MaxUnpackedBytes, options.InspectionTimeoutSeconds, cancellationToken);
        var sha256 = await CanonicalTar.PackAsync(root, upload.Packed, cancellationToken);
        var model = declared.With(signatures, format, bytes, sha256, time.GetUtcNow());
        var put = NounStore.Put(model);
        if (put.Value.Length > MetadataLimits.ValueBytes)
        {
            throw new ProblemException(
                HttpStatusCode.UnprocessableEntity,
                $"The model's signatures take {put.Value.Length} bytes; at most {MetadataLimits.ValueBytes} are allowed.");
        }

        await using var packed = new FileStream(
            upload.Packed, FileMode.Open, FileAccess.Read, FileShare.Read, 1, useAsync: true);
        var registered = await artifacts.StoreAsync(
            sha256,
            packed,
            async () => (await nouns.CommitAsync([put], cancellationToken)).Committed,
            cancellationToken);
        if (registered)
        {
            LogRegistered(model.Reference, model.Format, model.Bytes, model.Sha256);
            return (model, true);
        }

        return (await CompareAsync(declared, sha256, cancellationToken), false);
    }

    private async Task ReceiveAsync(HttpContext context, string path, CancellationToken cancellationToken)
    {
        RequestJson.Limit(context, options.MaxUploadBytes);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, useAsync: true);
            await context.Request.Body.CopyToAsync(file, 128 * 1024, cancellationToken);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw RequestJson.TooLarge(options.MaxUploadBytes);
        }
    }

    private async Task RefuseOtherTraitsAsync(DeclaredModel declared, CancellationToken cancellationToken)
    {
        if (await nouns.FindAsync(NounStore.KeyOf(declared.Reference), CatalogJson.Default.Model, cancellationToken)
            is var (existing, _))
        {
            declared.RefuseWhereOther(existing);
        }
    }

    /// <summary>The version is there already: the same is fine, another is not.</summary>
    private async Task<Model> CompareAsync(DeclaredModel declared, string sha256, CancellationToken cancellationToken)
    {
        var existing = (await nouns.FindAsync(
            NounStore.KeyOf(declared.Reference), CatalogJson.Default.Model, cancellationToken))?.Noun;
        if (existing?.Sha256 != sha256)
        {
            await artifacts.ReleaseAsync(sha256, cancellationToken);
        }

        if (existing is null)
        {
            throw new ProblemException(
                HttpStatusCode.Conflict, $"{declared.Reference} was deleted while it was uploaded again.");
        }

        declared.RefuseWhereOther(existing);
        return existing.Sha256 == sha256
            ? existing
            : throw new ProblemException(
                HttpStatusCode.Conflict,
                $"{declared.Reference} exists with other files (SHA-256 {existing.Sha256}, not {sha256}); use a new version.");
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Registered {Model}: {Format}, {Bytes} bytes, SHA-256 {Sha256}")]
    private partial void LogRegistered(ModelReference model, ModelFormat format, long bytes, string sha256);
}
