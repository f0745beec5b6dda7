using System.Net;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Scaler.Leading;

namespace MuLambda.Scaler.Reconciling;

/// <summary>
/// Keeps the launched executors' registrations what they shall be. Only what differs is written, one write at a time for each executor, and what the registry
/// did not take is written again. Once an executor is ready its companion renews the lease; until then, and while it drains, this does. Its caller is one at a time.
/// </summary>
internal sealed partial class ExecutorPublisher(
    RegistryClient registry, Leader leader, TimeProvider time, ILogger<ExecutorPublisher> logger)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(Leases.DefaultSeconds / 3);
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Registration> _registrations = new(StringComparer.Ordinal);
    private string? _error;

    /// <summary>Raised when a write ended, from any thread.</summary>
    public event Action? Written;

    /// <summary>Writes what differs; it waits for nothing.</summary>
    /// <param name="wanted">The registrations that shall be.</param>
    /// <param name="catalog">The catalog as it is.</param>
    /// <param name="isOwn">Which registrations are this launcher's: those that are not wanted are deleted.</param>
    /// <param name="token">The token under which the scaler leads.</param>
    public void Publish(IReadOnlyDictionary<string, Executor> wanted, CatalogSnapshot catalog, Func<Executor, bool> isOwn, long token)
    {
        foreach (var (id, noun) in wanted)
        {
            var registration = Of(id);
            if (!registration.IsBusy && IsDue(registration, noun, catalog.Executors.GetValueOrDefault(id)))
            {
                _ = WriteAsync(registration, noun, token);
            }
        }

        foreach (var gone in _registrations.Keys.Union(catalog.Executors.Values.Where(isOwn).Select(noun => noun.Id)).Where(id => !wanted.ContainsKey(id)).ToList())
        {
            var registration = Of(gone);
            if (!registration.IsBusy)
            {
                if (!catalog.Executors.ContainsKey(gone) && registration.Written is null)
                {
                    _registrations.Remove(gone);
                }
                else if ((registration.Written is not null && !registration.HasFailed) || time.GetElapsedTime(registration.At) >= Again)
                {
                    _ = WriteAsync(registration, null, token);
                }
            }
        }
    }

    /// <summary>Takes registrations back, as far as the registry answers.</summary>
    /// <param name="executors">The executors' ids.</param>
    /// <param name="token">The token under which the scaler led last; null where it never did.</param>
    public async Task DeleteAsync(IReadOnlyList<string> executors, long? token)
    {
        using var deadline = new CancellationTokenSource(Again, time);
        try
        {
            await Task.WhenAll(executors.Select(executor => registry.DeleteExecutorAsync(executor, token, deadline.Token)));
        }
        catch (Exception e) when (e is HttpRequestException or RegistryException or IOException or OperationCanceledException)
        {
            // Their leases end by themselves.
            LogNotTaken(string.Join(", ", executors), e.Message);
        }
    }

    private bool IsDue(Registration registration, Executor noun, Executor? there)
    {
        var age = time.GetElapsedTime(registration.At);
        if (registration.HasFailed)
        {
            return age >= Again;
        }

        return registration.Written is not { } written || !IsSame(written, noun)
            || (noun.State is ExecutorState.Pending or ExecutorState.Loading or ExecutorState.Draining && age >= Renewal)

            // The lease ran out, the store began anew, or a late heartbeat undid it.
            || (age >= Again && (there is null || Contradicts(noun.State, there.State)));
    }

    private static bool Contradicts(ExecutorState wanted, ExecutorState there) => wanted switch
    {
        ExecutorState.Ready => there is not (ExecutorState.Ready or ExecutorState.Failed),
        _ => there != wanted,
    };

    private static bool IsSame(Executor one, Executor other) =>
        one.State == other.State && one.Endpoints == other.Endpoints && one.Reason == other.Reason
        && one.Models.SequenceEqual(other.Models)
        && one.Launch!.RequestedAt == other.Launch!.RequestedAt && one.Launch.Attempt == other.Launch.Attempt
        && one.Launch.Deployments.SequenceEqual(other.Launch.Deployments) && one.Launch.Steps.SequenceEqual(other.Launch.Steps);

    private Registration Of(string id)
    {
        if (!_registrations.TryGetValue(id, out var registration))
        {
            _registrations.Add(id, registration = new Registration(id));
        }

        return registration;
    }

    private async Task WriteAsync(Registration registration, Executor? noun, long token)
    {
        registration.IsBusy = true;
        registration.At = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(LongestCall, time);
        try
        {
            if (noun is not null)
            {
                await registry.PutExecutorAsync(noun, token, deadline.Token);
            }
            else
            {
                await registry.DeleteExecutorAsync(registration.Id, token, deadline.Token);
            }

            (registration.Written, registration.HasFailed, _error) = (noun, false, null);
        }
        catch (Exception e) when (e is HttpRequestException or RegistryException or IOException or InvalidDataException or OperationCanceledException)
        {
            registration.HasFailed = true;
            if (e is RegistryException { Status: HttpStatusCode.Conflict })
            {
                leader.Lost(token);
            }

            if (_error != e.Message)
            {
                LogNotTaken(registration.Id, e.Message);
                _error = e.Message;
            }
        }
        finally
        {
            registration.IsBusy = false;
            Written?.Invoke();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The registry does not take the registration of executor {Executor}; it is repeated: {Reason}")]
    private partial void LogNotTaken(string executor, string reason);

    private sealed class Registration(string id)
    {
        private volatile bool _isBusy;

        public string Id => id;

        /// <summary>What the registry took last; null for nothing.</summary>
        public Executor? Written { get; set; }

        public bool HasFailed { get; set; }

        public long At { get; set; }

        public bool IsBusy
        {
            get => _isBusy;
            set => _isBusy = value;
        }
    }
}
