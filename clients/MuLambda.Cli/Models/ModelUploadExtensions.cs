using MuLambda.Catalog;
using MuLambda.Catalog.Http;

namespace MuLambda.Cli.Models;

/// <summary>Checks an upload by the registry's own rules.</summary>
internal static class ModelUploadExtensions
{
    public static IReadOnlyList<ValidationError> Validate(this ModelUpload upload) => CatalogValidation.Validate(
        new ModelReference(upload.Name, upload.Version), upload.Traits, upload.Accuracy, upload.Description);
}
