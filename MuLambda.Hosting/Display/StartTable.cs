using System.Text;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Orchestration;

namespace MuLambda.Hosting.Display;

/// <summary>The table of resources, states and URLs.</summary>
internal static class StartTable
{
    private const string Indent = "  ";

    public static string Render(IReadOnlyList<(HostedResource Resource, CustomResourceSnapshot Snapshot)> resources)
    {
        List<(string Name, string State, string Url)> rows = [("Resource", "State", "URLs")];
        foreach (var (resource, snapshot) in Ordered(resources))
        {
            var name = (ParentOf(resource, resources) is null ? "" : Indent) + resource.Name;
            var urls = resource.Endpoints.SelectMany(e => e.Allocated.Select(a => e.Name == e.UriScheme ? a.UriString : $"{a.UriString} ({e.Name})")).ToList();
            rows.Add((name, StateOf(snapshot), urls.FirstOrDefault("")));
            rows.AddRange(urls.Skip(1).Select(url => ("", "", url)));
        }

        var (first, second) = (rows.Max(r => r.Name.Length), rows.Max(r => r.State.Length));
        var table = new StringBuilder().AppendLine();
        for (var i = 0; i < rows.Count; i++)
        {
            table.AppendLine($"{rows[i].Name.PadRight(first)}  {rows[i].State.PadRight(second)}  {rows[i].Url}".TrimEnd());
            if (i == 0)
            {
                table.AppendLine(new string('-', first + second + 4 + rows.Max(r => r.Url.Length)));
            }
        }

        return table.AppendLine().ToString();
    }

    private static string StateOf(CustomResourceSnapshot snapshot) => snapshot switch
    {
        { HealthStatus: Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy } => "Healthy",
        { State.Text: "Exited", ExitCode: { } code } => $"Exited ({code})",
        _ => snapshot.State!.Text,
    };

    /// <summary>Children follow their parents.</summary>
    private static IEnumerable<(HostedResource Resource, CustomResourceSnapshot Snapshot)> Ordered(
        IReadOnlyList<(HostedResource Resource, CustomResourceSnapshot Snapshot)> resources) =>
        resources.Where(r => ParentOf(r.Resource, resources) is null)
            .SelectMany(parent => resources.Where(r => ParentOf(r.Resource, resources) == parent.Resource).Prepend(parent));

    /// <summary>The outermost parent that has a row.</summary>
    private static HostedResource? ParentOf(
        HostedResource resource, IReadOnlyList<(HostedResource Resource, CustomResourceSnapshot Snapshot)> resources)
    {
        HostedResource? outermost = null;
        var current = resource.Resource;
        // No chain is longer than there are resources, unless it is a circle.
        for (var i = 0; i < resources.Count && current.Annotations.OfType<ParentAnnotation>().LastOrDefault() is { } link; i++)
        {
            current = link.Parent;
            outermost = resources.FirstOrDefault(r => r.Resource.Resource == current).Resource ?? outermost;
        }

        return outermost;
    }
}
