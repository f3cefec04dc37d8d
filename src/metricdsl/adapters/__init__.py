"""The engines that come with the product. Each adapter is known by its factory; drivers are imported when one connects."""
