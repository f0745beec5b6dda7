namespace MuLambda.Hosting.ApplicationModel;

/// <summary>A resource that receives environment variables.</summary>
public interface IResourceWithEnvironment : IResource;
