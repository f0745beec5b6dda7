using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Display;
using MuLambda.Hosting.State;

namespace MuLambda.Hosting.Orchestration;

/// <summary>Keeps what every resource is, and tells those who must know.</summary>
internal sealed class ResourceBoard(
    IReadOnlyList<HostedResource> resources, ResourceNotificationService notifications, EndpointsFile endpointsFile, HostConsole console)
{
    private readonly Lock _gate = new();

    /// <summary>Changes a replica.</summary>
    public void Update(HostedResource resource, Replica replica, Action<Replica> change)
    {
        lock (_gate)
        {
            change(replica);
            WriteEndpoints();
            console.Changed(resource, replica);
            notifications.Publish(resource.Resource, resource.Snapshot());
        }
    }

    /// <summary>Tells what every resource is at the beginning.</summary>
    public void Open()
    {
        lock (_gate)
        {
            WriteEndpoints();
            foreach (var resource in resources)
            {
                notifications.Publish(resource.Resource, resource.Snapshot());
            }
        }
    }

    /// <summary>The processes of a resource that run now.</summary>
    public IReadOnlyList<int> ProcessIds(HostedResource resource)
    {
        lock (_gate)
        {
            return Ids(resource);
        }
    }

    /// <summary>What every resource is now.</summary>
    public IReadOnlyList<(HostedResource Resource, CustomResourceSnapshot Snapshot)> Snapshots()
    {
        lock (_gate)
        {
            return [.. resources.Select(r => (r, r.Snapshot()))];
        }
    }

    private void WriteEndpoints()
    {
        try
        {
            endpointsFile.Write(resources.Select(Entry));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The resources matter more than the file: they go on.
            console.Log(HostConsole.HostName, $"endpoints.json cannot be written: {e.Message}");
        }
    }

    private static int[] Ids(HostedResource resource) => [.. resource.Replicas.Select(r => r.Process?.Id).OfType<int>()];

    private static EndpointsFile.Entry Entry(HostedResource resource)
    {
        var snapshot = resource.Snapshot();
        return new EndpointsFile.Entry(
            resource.Name,
            [.. resource.Endpoints.Select(e => (e.Name, (IReadOnlyList<string>)[.. e.Allocated.Select(a => a.UriString)]))],
            snapshot.State!.Text,
            snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy,
            Ids(resource));
    }
}
