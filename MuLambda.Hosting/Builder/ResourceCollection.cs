using System.Collections.ObjectModel;
using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Hosting;

/// <summary>The resources, with different names.</summary>
internal sealed class ResourceCollection : Collection<IResource>, IResourceCollection
{
    protected override void InsertItem(int index, IResource item)
    {
        if (this.Any(r => string.Equals(r.Name, item.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"There is already a resource '{item.Name}'.");
        }

        base.InsertItem(index, item);
    }
}
