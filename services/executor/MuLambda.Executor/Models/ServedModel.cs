using MuLambda.Executor.Options;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>
/// A model and its versions: those that are wanted come, and those that are not go once what is wanted is available. The
/// manager's lock guards it.
/// </summary>
internal sealed class ServedModel(ConfiguredModel configured, bool isNamed, long since)
{
    private const int MaxEnded = 16;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    private readonly List<ModelVersion> _versions = [];
    private IReadOnlyList<VersionSource> _wanted = [];
    private VersionStatus? _waiting = new(configured.Policy.Versions is [var first, ..] ? first : 0, ModelState.Loading);
    private bool _isLookedUp;

    public string Name => Configured.Name;

    /// <summary>What is configured.</summary>
    public ConfiguredModel Configured { get; private set; } = configured;

    /// <summary>True for one that was named; false for one that a pattern found.</summary>
    public bool IsNamed { get; private set; } = isNamed;

    /// <summary>True once it is no longer configured; what is left of it ends.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>When it was configured, as a timestamp.</summary>
    public long Since { get; private set; } = since;

    /// <summary>The versions that labels point to; each has been available.</summary>
    public IReadOnlyDictionary<string, long> Labels { get; private set; } = new Dictionary<string, long>();

    /// <summary>True when nothing that is wanted is still on its way.</summary>
    public bool IsSettled => _isLookedUp && (_wanted.Count == 0
        ? _waiting is { State: ModelState.End }
        : _wanted.All(source => Find(source)?.Status.State is ModelState.Available or ModelState.End));

    /// <summary>True when a version can be asked.</summary>
    public bool IsAvailable => _versions.Exists(version => version.Status.State == ModelState.Available);

    /// <summary>True when nothing is left of it but the memory that it was there.</summary>
    public bool HasEnded => _versions.TrueForAll(version => version.Status.State == ModelState.End);

    public IReadOnlyList<ModelVersion> Versions => _versions;

    /// <summary>The wanted versions' statuses that are failures.</summary>
    public IReadOnlyList<VersionStatus> Failures => _wanted.Count == 0
        ? _waiting is { } waiting ? [waiting] : []
        : [.. _wanted.Select(Find).OfType<ModelVersion>().Select(version => version.Status).Where(status => status.Code != StatusCode.Ok)];

    /// <summary>Why no version comes; null while one is there or waited for.</summary>
    public VersionStatus? Missing => _waiting is { State: ModelState.End } missing ? missing : null;

    /// <summary>Takes another configuration of the same name.</summary>
    public void Configure(ConfiguredModel configured, bool isNamed, long since)
    {
        _isLookedUp &= !IsRemoved && configured.Path == Configured.Path && configured.Policy == Configured.Policy;
        (Configured, IsNamed, IsRemoved, Since) = (configured, isNamed, false, since);
        Labels = Labels.Where(label => configured.Labels.ContainsKey(label.Key)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Nothing of it is wanted any more.</summary>
    public void Remove()
    {
        IsRemoved = true;
        Labels = new Dictionary<string, long>();
        (_wanted, _waiting) = ([], null);
    }

    /// <summary>Says which versions there are.</summary>
    /// <param name="there">All there are; the policy chooses.</param>
    /// <param name="waiting">Where none is wanted of them, what is waited for.</param>
    public void Want(IReadOnlyList<VersionSource> there, VersionStatus? waiting)
    {
        _wanted = Configured.Policy.Select(there, source => source.Number);
        _waiting = _wanted.Count == 0 ? waiting : null;
        _isLookedUp = true;
    }

    /// <summary>Says that it cannot be known which versions there are; what is there stays.</summary>
    public void Wait(VersionStatus waiting)
    {
        if (_wanted.Count == 0)
        {
            _waiting = waiting;
            _isLookedUp = true;
        }
    }

    /// <summary>The statuses, highest version first.</summary>
    public IReadOnlyList<VersionStatus> Statuses()
    {
        var statuses = new SortedDictionary<long, VersionStatus>(Comparer<long>.Create((a, b) => b.CompareTo(a)));
        foreach (var version in _versions)
        {
            // Where the files of a number were replaced, the one that can be asked counts, or else the newer.
            if (!statuses.TryGetValue(version.Number, out var other) || other.State != ModelState.Available)
            {
                statuses[version.Number] = version.Status;
            }
        }

        if (_waiting is { } waiting && !IsAvailable)
        {
            statuses.TryAdd(waiting.Version, waiting);
        }

        return [.. statuses.Values];
    }

    /// <summary>What requests may read of it, or null when nothing is available.</summary>
    public ServingSnapshot? Snapshot()
    {
        var available = _versions.Where(version => version.Status.State == ModelState.Available)
            .Reverse()
            .OrderByDescending(version => version.Number)
            .DistinctBy(version => version.Number)
            .ToArray();
        return available.Length == 0 ? null : new ServingSnapshot(available, Labels);
    }

    /// <summary>Gives the labels to those of their versions that are available; a label stays where it is until then.</summary>
    public void AssignLabels()
    {
        if (IsRemoved || Configured.Labels.All(label => Labels.TryGetValue(label.Key, out var assigned) && assigned == label.Value))
        {
            return;
        }

        var labels = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (label, number) in Configured.Labels)
        {
            if (IsAvailableVersion(number))
            {
                labels.Add(label, number);
            }
            else if (Labels.TryGetValue(label, out var before))
            {
                labels.Add(label, before);
            }
        }

        Labels = labels;
    }

    public bool IsAvailableVersion(long number) =>
        _versions.Exists(version => version.Number == number && version.Status.State == ModelState.Available);

    /// <summary>What has to be done now.</summary>
    /// <param name="create">Makes a version.</param>
    /// <param name="sinceFailure">How long ago a version failed.</param>
    /// <returns>The versions to load, and those to let go of; their states say so already.</returns>
    public (List<ModelVersion> Load, List<ModelVersion> Retire) Reconcile(
        Func<VersionSource, ModelVersion> create, Func<ModelVersion, TimeSpan> sinceFailure)
    {
        var load = new List<ModelVersion>();
        foreach (var source in _wanted)
        {
            var version = Find(source);
            if (version is { Status.State: ModelState.End } && MayRetry(version, sinceFailure))
            {
                _versions.Remove(version);
                version = null;
            }

            if (version is null)
            {
                version = create(source);
                _versions.RemoveAll(other => other.Number == source.Number && other.Status.State == ModelState.End);
                _versions.Add(version);
                load.Add(version);
            }
        }

        var retire = _versions.Where(version => !IsWanted(version) && MayGo(version)).ToList();
        foreach (var version in retire)
        {
            version.Status = version.Status with { State = ModelState.Unloading, Message = string.Empty };
        }

        Forget();
        return (load, retire);
    }

    private ModelVersion? Find(VersionSource source) =>
        _versions.FindLast(version => version.Number == source.Number && version.Files.Equals(source.Files)
            && version.Status.State != ModelState.Unloading && version.Status is not { State: ModelState.End, Code: StatusCode.Ok });

    private bool IsWanted(ModelVersion version) => _wanted.Any(source => ReferenceEquals(Find(source), version));

    // What serves goes on until everything that is wanted has come or failed, and something of it has come.
    private bool MayGo(ModelVersion version) => version.Status.State switch
    {
        ModelState.Start or ModelState.Loading => true,
        ModelState.Available => IsRemoved || _wanted.Count == 0
            || (IsSettled && _wanted.Any(source => Find(source)?.Status.State == ModelState.Available)),
        _ => false,
    };

    private static bool MayRetry(ModelVersion version, Func<ModelVersion, TimeSpan> sinceFailure) =>
        version.Files.Stamp() != version.Stamp
        || (version.Status.Code != StatusCode.InvalidArgument && sinceFailure(version) >= RetryAfter);

    private void Forget()
    {
        var ended = _versions.Where(version => version.Status.State == ModelState.End && !IsWanted(version)).ToList();
        foreach (var version in ended.OrderByDescending(version => version.Number).Skip(MaxEnded))
        {
            _versions.Remove(version);
        }
    }
}
