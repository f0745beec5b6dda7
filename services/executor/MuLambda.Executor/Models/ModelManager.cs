using MuLambda.Executor.Launching;
using MuLambda.Executor.Options;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>
/// The models of this executor. Requests read a snapshot that is replaced whole, and hold what they run by a lease; they
/// meet no lock while the version they ask for is in memory.
/// </summary>
internal sealed partial class ModelManager(
    VersionLoader loader, MemoryBudget budget, ModelCounters counters, PhasesFile phases, TimeProvider time, ILogger<ModelManager> logger)
    : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServedModel> _models = new(StringComparer.Ordinal);
    private volatile Dictionary<string, ServingSnapshot> _serving = [];
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>The names of the models that are configured or were found by a pattern.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _models.Values.Where(model => !model.IsRemoved).Select(model => model.Name).Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>True for the name of a model that is available.</summary>
    public bool IsKnown(string name) => _serving.ContainsKey(name);

    /// <summary>
    /// Takes a version to run. Completes at once while it is in memory; one that made room for others is loaded again first.
    /// </summary>
    /// <param name="name">The model.</param>
    /// <param name="choice">Which version.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The lease; the caller disposes it, once.</returns>
    /// <exception cref="GrpcException">
    /// NOT_FOUND: no such model or version. INVALID_ARGUMENT: no such label. UNAVAILABLE: it is still being loaded or could not
    /// be. RESOURCE_EXHAUSTED: there is no memory for it.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public ValueTask<ModelLease> AcquireAsync(string name, VersionChoice choice, CancellationToken cancellationToken)
    {
        var version = Find(name, choice);
        return version.TryAcquire(out var lease)
            ? new ValueTask<ModelLease>(lease)
            : AcquireSlowlyAsync(version, name, choice, cancellationToken);
    }

    /// <summary>The statuses of a model's versions, highest first; of one where the choice names one.</summary>
    /// <exception cref="GrpcException">NOT_FOUND: no such model or version. INVALID_ARGUMENT: no such label.</exception>
    public IReadOnlyList<VersionStatus> Status(string name, VersionChoice choice)
    {
        lock (_gate)
        {
            var statuses = _models.TryGetValue(name, out var model) ? model.Statuses() : [];
            if (statuses.Count == 0)
            {
                throw new GrpcException(StatusCode.NotFound, $"Could not find any versions of model {name}");
            }

            if (choice.Number is null && choice.Label is null)
            {
                return statuses;
            }

            var number = choice.Number ?? NumberOf(model!.Labels, choice.Label!);
            return statuses.FirstOrDefault(status => status.Version == number) is { } status
                ? [status]
                : throw new GrpcException(StatusCode.NotFound, $"Could not find version {number} of model {name}");
        }
    }

    /// <summary>The statuses of every model's versions by the model's name.</summary>
    public IReadOnlyList<(string Model, VersionStatus Status)> Statuses()
    {
        lock (_gate)
        {
            return
            [
                .. _models.Values.Where(model => !model.IsRemoved)
                    .OrderBy(model => model.Name, StringComparer.Ordinal)
                    .SelectMany(model => model.Statuses().Select(status => (model.Name, status))),
            ];
        }
    }

    /// <summary>Whether requests may come: every model that was named is available, and those that patterns found are or failed.</summary>
    /// <param name="missing">What is not there yet.</param>
    public bool IsReady(out string missing)
    {
        lock (_gate)
        {
            var waited = _models.Values
                .Where(model => !model.IsRemoved && (model.IsNamed ? !model.IsAvailable : !model.IsAvailable && !model.IsSettled))
                .OrderBy(model => model.Name, StringComparer.Ordinal)
                .Select(model => model.Statuses() is [var first, ..]
                    ? $"{model.Name} is {ModelStates.NameOf(first.State)}. {first.Message}".TrimEnd()
                    : $"{model.Name} is not known yet.")
                .ToList();
            missing = !_configured ? "The models are not configured yet." : string.Join(' ', waited);
            return _configured && waited.Count == 0;
        }
    }

    /// <summary>Completes when the state of a version, and with it the readiness, may have changed after now.</summary>
    public Task NextChange => Volatile.Read(ref _changed).Task;

    /// <summary>The files of every version that is served or on its way.</summary>
    public IReadOnlyList<IModelFiles> FilesInUse()
    {
        lock (_gate)
        {
            return
            [
                .. _models.Values.SelectMany(model => model.Versions)
                    .Where(version => version.Status.State != ModelState.End)
                    .Select(version => version.Files),
            ];
        }
    }

    private ModelVersion Find(string name, VersionChoice choice)
    {
        if (TryFind(name, choice) is { } version)
        {
            return version;
        }

        lock (_gate)
        {
            // What has become available since is served; and nothing changes while it is said why not.
            return TryFind(name, choice) ?? throw NotServed(name, choice);
        }
    }

    private ModelVersion? TryFind(string name, VersionChoice choice) =>
        !_serving.TryGetValue(name, out var model) ? null
        : choice.Number is { } number ? model.Find(number)
        : choice.Label is { } label ? model.Find(NumberOf(model.Labels, label))
        : model.Available[0];

    private async ValueTask<ModelLease> AcquireSlowlyAsync(
        ModelVersion version, string name, VersionChoice choice, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await version.AcquireAsync(cancellationToken) is { } lease)
                {
                    return lease;
                }
            }
            catch (GrpcException e) when (e.StatusCode is not (StatusCode.ResourceExhausted or StatusCode.DeadlineExceeded))
            {
                Lost(version, name, e);
                throw new GrpcException(
                    StatusCode.Unavailable,
                    $"Servable not found for request: {choice.Describe(name)}: it had made room for others and cannot be loaded again: {e.Message}",
                    e);
            }

            cancellationToken.ThrowIfCancellationRequested();
            version = Find(name, choice);
        }
    }

    private GrpcException NotServed(string name, VersionChoice choice)
    {
        if (choice.Label is { } label)
        {
            if (!_serving.TryGetValue(name, out var labelled))
            {
                return new GrpcException(StatusCode.InvalidArgument, $"Unrecognized servable version label: {label}");
            }

            choice = VersionChoice.Of(NumberOf(labelled.Labels, label));
        }

        var what = $"Servable not found for request: {choice.Describe(name)}";
        var status = _models.TryGetValue(name, out var model)
            ? model.Statuses().FirstOrDefault(status => choice.Number is null || status.Version == choice.Number)
            : null;
        return status switch
        {
            { State: ModelState.Start or ModelState.Loading or ModelState.Available } =>
                new GrpcException(StatusCode.Unavailable, $"{what}: it is still loading. {status.Message}".TrimEnd()),
            { State: ModelState.End, Code: not StatusCode.Ok } =>
                new GrpcException(StatusCode.Unavailable, $"{what}: it could not be loaded: {status.Message}"),
            _ => new GrpcException(StatusCode.NotFound, what),
        };
    }

    private static long NumberOf(IReadOnlyDictionary<string, long> labels, string label) =>
        labels.TryGetValue(label, out var number)
            ? number
            : throw new GrpcException(StatusCode.InvalidArgument, $"Unrecognized servable version label: {label}");

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
