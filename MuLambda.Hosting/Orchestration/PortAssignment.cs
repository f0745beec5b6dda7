using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Ports;

namespace MuLambda.Hosting.Orchestration;

/// <summary>Gives every endpoint of every replica its port, in declaration order.</summary>
internal static class PortAssignment
{
    /// <exception cref="DistributedApplicationException">A port is not to be had.</exception>
    public static void Assign(IReadOnlyList<HostedResource> resources, int? portBase)
    {
        var allocator = new PortAllocator(portBase);
        foreach (var resource in resources)
        {
            foreach (var endpoint in resource.Endpoints)
            {
                endpoint.Allocated = [.. resource.Replicas.Select(replica =>
                    new AllocatedEndpoint(endpoint, "127.0.0.1", Port(resource, endpoint, replica, allocator)))];
            }
        }
    }

    private static int Port(HostedResource resource, EndpointAnnotation endpoint, Replica replica, PortAllocator allocator)
    {
        var owner = $"endpoint '{endpoint.Name}' of '{replica.Name}'";
        // A container's own port is behind the engine's mapping; a process is reached where it listens.
        var wanted = resource.Resource is ContainerResource ? endpoint.Port : endpoint.TargetPort ?? endpoint.Port;
        if (wanted is not { } port)
        {
            return allocator.Next(owner);
        }

        if (resource.Replicas.Count > 1)
        {
            throw new DistributedApplicationException($"'{resource.Name}' has {resource.Replicas.Count} replicas, which cannot share port {port} of endpoint '{endpoint.Name}'.");
        }

        return PortAllocator.IsFree(port)
            ? port
            : throw new DistributedApplicationException($"Port {port} for {owner} is taken.");
    }
}
