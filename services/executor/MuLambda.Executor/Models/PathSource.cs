using MuLambda.Executor.Options;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>Looks which versions lie on the disk.</summary>
internal sealed class PathSource(ModelManager models)
{
    /// <summary>Looks once, at every model that comes from the disk.</summary>
    public void Look()
    {
        foreach (var model in models.Configured.Where(model => model.Path is not null))
        {
            Look(model);
        }
    }

    private void Look(ConfiguredModel model)
    {
        try
        {
            models.SetVersions(
                model,
                PathVersions.Find(model.Path!),
                Missing($"No versions of servable {model.Name} found under base path {model.Path}"));
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            models.SetUnknown(model, Missing($"Could not find base path {model.Path} for servable {model.Name}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            models.SetUnknown(model, Missing(e.Message));
        }
    }

    private static VersionStatus Missing(string message) => new(0, ModelState.End, StatusCode.NotFound, message);
}
