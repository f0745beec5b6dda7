using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Hosting.Orchestration;

/// <summary>Who starts after whom.</summary>
internal static class ResourceGraph
{
    /// <summary>
    /// The resources in layers: each starts after some of the layers before it, so that stopping goes through the layers
    /// backwards.
    /// </summary>
    /// <exception cref="DistributedApplicationException">Resources wait for each other.</exception>
    public static IReadOnlyList<IReadOnlyList<HostedResource>> Layers(IReadOnlyList<HostedResource> resources)
    {
        var byResource = resources.ToDictionary(r => r.Resource);
        var depths = new Dictionary<HostedResource, int>();
        var path = new List<HostedResource>();
        foreach (var resource in resources)
        {
            Depth(resource);
        }

        return [.. resources.GroupBy(r => depths[r]).OrderBy(g => g.Key).Select(g => (IReadOnlyList<HostedResource>)[.. g])];

        int Depth(HostedResource resource)
        {
            if (depths.TryGetValue(resource, out var known))
            {
                return known;
            }

            if (path.Contains(resource))
            {
                var cycle = path.SkipWhile(r => r != resource).Append(resource).Select(r => r.Name);
                throw new DistributedApplicationException($"Resources wait for each other: {string.Join(" -> ", cycle)}.");
            }

            path.Add(resource);
            var depth = 0;
            foreach (var wait in resource.Waits)
            {
                // Values (parameters, connection strings) are there before anything starts.
                if (byResource.TryGetValue(wait.Dependency, out var dependency))
                {
                    depth = Math.Max(depth, Depth(dependency) + 1);
                }
            }

            path.RemoveAt(path.Count - 1);
            return depths[resource] = depth;
        }
    }
}
